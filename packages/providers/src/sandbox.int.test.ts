import type { AssetLedger, MoveRequest } from '@species/contracts'
import { Secret, systemClock } from '@species/platform'
import { type Sandbox, startSandbox } from '@species/sandbox'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createMoralisChainReader, createOnliCloud, createTronChainReader } from './index.ts'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await startSandbox({ httpPort: 0, grpcPort: 0 })
})
afterAll(() => sandbox.close())
afterEach(async () => {
  await fetch(`${sandbox.httpUrl}/control/faults`, { method: 'DELETE' })
})

async function control(path: string, body: object): Promise<Record<string, unknown>> {
  const response = await fetch(`${sandbox.httpUrl}/control${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(await response.text())
  return (await response.json()) as Record<string, unknown>
}

function onli(): AssetLedger {
  return createOnliCloud({
    url: sandbox.grpcUrl,
    appKey: new Secret('app'),
    honoursIdempotencyKeys: true,
    timeoutMs: 1_000,
    clock: systemClock,
  })
}
const issue = (key: string, units: bigint): MoveRequest => ({ kind: 'issue', key, toVault: 'vault-a', units })
const change = (key: string, units: bigint): MoveRequest => ({
  kind: 'change_owner',
  key,
  fromVault: 'vault-a',
  toVault: 'vault-b',
  units,
  consentUntilMs: Date.now() + 60_000,
})
const balance = async (vault: string): Promise<bigint | undefined> => {
  const [outcome] = await onli().balances([vault])
  return outcome?.kind === 'yes' ? outcome.value : undefined
}

describe('Onli Cloud over gRPC', () => {
  test('issues and moves, item by item, in the order of the requests', async () => {
    const client = onli()
    await client.createVaults(['vault-a', 'vault-b'].map((vault) => ({ vault, owner: vault, preAuthorised: false })))
    const outcomes = await client.move([issue('i1', 10n), change('c1', 4n), change('c2', 999n), issue('i2', 1n)])
    expect(outcomes.map((outcome) => outcome.kind)).toEqual(['yes', 'yes', 'no', 'yes'])
    expect(await balance('vault-a')).toBe(7n)
    expect(await balance('vault-b')).toBe(4n)
  })

  test('says of a move that it was not even sent, once enough of them failed; never of one that was', async () => {
    const away = createOnliCloud({
      url: 'http://127.0.0.1:9',
      appKey: new Secret('app'),
      honoursIdempotencyKeys: true,
      timeoutMs: 1_000,
      clock: systemClock,
    })
    const said: (true | undefined)[] = []
    for (let n = 0; n < 4; n++) said.push((await away.move([issue(`away${n}`, 1n)]))[0]?.notAsked)
    expect(said).toEqual([undefined, undefined, undefined, true])
  })

  test('the same key moves once, and the oracle knows it by key and by id', async () => {
    const client = onli()
    const [first] = await client.move([issue('again', 5n)])
    const [second] = await client.move([issue('again', 5n)])
    expect(second).toEqual(first)
    const [word] = await client.verify([{ key: 'again' }])
    expect(word).toMatchObject({ kind: 'yes', value: { toVault: 'vault-a', units: 5n, ownerVault: 'vault-a' } })
    expect(await client.verify([{ key: 'never' }])).toEqual([{ kind: 'not_yet', reason: 'not_found' }])
  })

  test.each([
    ['the partner is down before it acts', { kind: 'down', when: 'before' }, false],
    ['the partner dies after it has acted', { kind: 'down', when: 'after' }, true],
    ['the partner fails after it has acted', { kind: 'error', when: 'after' }, true],
    ['the partner is slower than we wait', { kind: 'latency', ms: 3_000, when: 'after' }, true],
  ])('%s: unknown, and the same key tells the truth afterwards', async (name, fault, acted) => {
    const key = `fault ${name}`.replaceAll(' ', '-').slice(0, 60)
    await control('/faults', { partner: 'onli', operation: 'Issue', times: 1, ...fault })
    expect((await onli().move([issue(key, 1n)]))[0]?.kind).toBe('unknown')
    const [word] = await onli().verify([{ key }])
    expect(word?.kind).toBe(acted ? 'yes' : 'not_yet')
    expect((await onli().move([issue(key, 1n)]))[0]?.kind).toBe('yes')
  })

  test.each([
    ['garbage_status', 'unknown'],
    ['missing', 'unknown'],
    ['order', 'unknown'],
    ['amount', 'unknown'],
  ])('an answer that lies by %s is %s for every item', async (how, kind) => {
    await control('/faults', { partner: 'onli', operation: 'Issue', kind: 'wrong', how, times: 1 })
    const outcomes = await onli().move([issue(`lie-${how}-1`, 1n), issue(`lie-${how}-2`, 1n)])
    expect(new Set(outcomes.map((outcome) => outcome.kind))).toEqual(new Set([kind]))
  })

  test('an awaited consent is not yet, granted it is a yes, withdrawn it is a no', async () => {
    const client = onli()
    await control('/consent', { mode: 'stall', vault: 'vault-a' })
    const [waits] = await client.move([change('consent-1', 1n)])
    expect(waits).toMatchObject({ kind: 'not_yet', reason: 'awaiting_consent' })
    await control('/consent/decide', { idempotencyKey: 'consent-1', answer: 'grant' })
    expect((await client.verify([{ key: 'consent-1' }]))[0]?.kind).toBe('yes')
    await client.move([change('consent-2', 1n)])
    expect((await client.cancel([{ key: 'consent-2' }]))[0]).toMatchObject({ kind: 'no' })
    expect((await client.cancel([{ key: 'consent-1' }]))[0]?.kind).toBe('yes')
    await control('/consent', { mode: 'grant', vault: 'vault-a' })
  })

  test('more items than one call takes go in several, and every item keeps its own answer', async () => {
    const client = onli()
    const vaults = Array.from({ length: 1_100 }, (_, index) => ({
      vault: `many-${index}`,
      owner: 'many',
      preAuthorised: false,
    }))
    expect(new Set((await client.createVaults(vaults)).map((outcome) => outcome.kind))).toEqual(new Set(['yes']))
    const outcomes = await client.move(
      vaults.map(({ vault }, index) => ({
        kind: 'issue',
        key: `many-${index}`,
        toVault: vault,
        units: BigInt(index + 1),
      })),
    )
    const units = outcomes.map((outcome) => (outcome.kind === 'yes' ? outcome.value.units : outcome.kind))
    expect(units).toEqual(vaults.map((_, index) => BigInt(index + 1)))
    const balances = await client.balances(vaults.map(({ vault }) => vault))
    expect(balances.at(-1)).toEqual({ kind: 'yes', value: 1_100n })
  })

  test('an oracle that names another operation is not believed', async () => {
    const [first] = await onli().move([issue('mine', 1n)])
    expect(await onli().verify([{ key: 'mine', operationId: first?.operationId ?? '' }])).toMatchObject([
      { kind: 'yes' },
    ])
    expect(await onli().verify([{ key: 'mine', operationId: 'op-of-another' }])).not.toMatchObject([{ kind: 'yes' }])
  })

  test('plaintext to anything but loopback is refused before a byte is sent', () => {
    const options = {
      url: 'http://onli.example',
      appKey: new Secret('app'),
      honoursIdempotencyKeys: true,
      timeoutMs: 1_000,
      clock: systemClock,
    }
    for (const url of ['http://onli.example', 'http://127.0.0.1.onli.example', 'http://10.0.0.1:50051'])
      expect(() => createOnliCloud({ ...options, url })).toThrow(/TLS/)
    expect(() => createOnliCloud({ ...options, url: 'https://onli.example' })).toThrow(/mutual TLS/)
  })
})

describe('chains', () => {
  const payer = '0x1111111111111111111111111111111111111111'
  const to = '0x5ec1e55ec1e55ec1e55ec1e55ec1e55ec1e50001'
  test.each(['ETH', 'BSC', 'POLYGON'] as const)(
    'a payment on %s is seen with its confirmations, and is gone after a reorganisation',
    async (chain) => {
      const reader = createMoralisChainReader({
        baseUrl: `${sandbox.httpUrl}/moralis`,
        apiKey: new Secret('k'),
        timeoutMs: 2_000,
        clock: systemClock,
      })
      const { hash } = await control(`/chains/${chain}/transfers`, { token: 'USDT', from: payer, to, amount: '12.5' })
      const seen = await reader.transaction(chain, String(hash))
      expect(seen).toMatchObject({
        kind: 'yes',
        value: { succeeded: true, confirmations: 1, transfers: [{ fromAddress: payer, toAddress: to }] },
      })
      await control(`/chains/${chain}/reorg`, { depth: 1 })
      expect((await reader.transaction(chain, String(hash))).kind).toBe('not_yet')
    },
  )

  test('a payment on TRON is not yet until it is solid', async () => {
    const reader = createTronChainReader({ baseUrl: `${sandbox.httpUrl}/tron`, timeoutMs: 2_000 })
    const tronAddress = 'TJcEoDhS5UNbnR6zw6wF21FSbdBro4kxNe'
    const { hash } = await control('/chains/TRON/transfers', {
      token: 'USDT',
      from: tronAddress,
      to: tronAddress,
      amount: '7',
    })
    expect((await reader.transaction('TRON', String(hash))).kind).toBe('not_yet')
    await control('/chains/TRON/blocks', { count: 18 })
    expect(await reader.transaction('TRON', String(hash))).toMatchObject({
      kind: 'yes',
      value: { transfers: [{ toAddress: tronAddress, rawValue: 7_000_000n }] },
    })
  })
})
