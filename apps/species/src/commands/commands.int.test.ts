import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateEd25519 } from '@species/sdk/node'
import { Command } from 'commander'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DataDirectory } from '../processes/data-directory.ts'
import { type Told, runHere, serveHere } from '../processes/test-terminal.ts'
import { addCommands, rows } from './all.ts'
import { processTerminal } from './terminal.ts'

const directory = mkdtempSync(join(tmpdir(), 'species-commands-'))
let server: Awaited<ReturnType<typeof serveHere>>

/** A marketplace with alice, who has a hundred units, and bob. */
beforeAll(async () => {
  server = await serveHere(directory, 'start')
}, 120_000)
afterAll(async () => {
  await server.stop()
  rmSync(directory, { recursive: true, force: true })
})

/** Runs a command without a terminal. */
const species = async (...words: string[]): Promise<Told> => await runHere(directory, words)
/** Runs a command at a terminal, where a person gives this answer. */
const atTerminal = async (answer: string, ...words: string[]): Promise<Told> =>
  await runHere(directory, words, { answers: [answer] })
async function json<T>(...words: string[]): Promise<T & { code: number }> {
  const { code, out, err } = await species(...words, '--json')
  if (out === '') throw new Error(err)
  return { ...(JSON.parse(out) as T), code }
}
const because = ['--reason', 'for the test of it'] as const

describe('a trade at the command line', () => {
  it('is shown with price, fee and total, and nothing is sent where nobody can say yes', async () => {
    const { code, err } = await species('redeem', '4', '--as', 'alice')
    expect(code).toBe(2)
    expect(err).toMatch(/Price {5}4\.000000 USDT\n {2}Fee {7}0\.000000 USDT\n {2}You get {3}4\.000000 USDT/)
    expect(err).toContain('Add --yes')
    expect((await species('events', '--as', 'alice', '--open')).out).toBe('There are none.\n')
  }, 60_000)

  it('is sent where the person at the terminal says yes, and only then', async () => {
    const words = ['transfer', '1', 'bob', '--as', 'alice'] as const
    for (const answer of ['', 'n', 'sure']) {
      const declined = await atTerminal(answer, ...words, '--id', 'asked-0001')
      expect([declined.code, declined.out]).toEqual([1, ''])
      expect(declined.err).toContain('Send it? [y/N] Nothing was sent.')
    }
    expect((await species('event', 'show', 'asked-0001', '--as', 'alice')).err).toContain('not_found')
    const sent = await atTerminal('y', ...words, '--id', 'asked-0001')
    expect(sent).toMatchObject({ code: 0, out: expect.stringContaining('COMPLETED') as string })
  }, 60_000)

  it('that is not paid says what is due and where to pay', async () => {
    const shown = await json<Record<string, unknown>>('buy', '5', '--as', 'bob', '--chain', 'ETH')
    expect(shown).toMatchObject({
      code: 1,
      preview: { intent: 'BUY_TREASURY', total: '5.000000', fee: '0.025000', due: '5.025000' },
      depositAddresses: { ETH: [expect.stringMatching(/^0x/)] },
    })
  }, 60_000)

  it('goes from a sale over the list of listings to a delisting', async () => {
    const sale = await json<{ receipt: { listingId: string } }>('sell', '7', '--price', '2', '--as', 'alice', '--yes')
    const { listingId } = sale.receipt
    expect(sale.code).toBe(0)
    // The list is at most a second old.
    let listed = ''
    while (!listed.includes(listingId)) listed = (await species('listings')).out
    expect(listed).toContain('2.000000 USDT  7 of 7 free  alice')
    const refused = await species('buy', '7', '--as', 'alice', '--listing', listingId, '--credit', '--yes')
    expect(refused).toMatchObject({ code: 1, out: expect.stringContaining('own_listing') as string })
    expect((await species('delist', listingId, '--as', 'alice', '--yes')).code).toBe(0)
    const { out } = await species('transactions', 'alice', '--limit', '2')
    expect(out).toMatch(/7 SPECIES .*user:alice/)
  }, 120_000)

  it('that is refused says why in its status too', async () => {
    const id = 'refused-0001'
    expect((await species('redeem', '3', '--as', 'alice', '--yes', '--id', id)).code).toBe(1)
    const status = await json<object>('event', 'show', id, '--as', 'alice')
    expect(status).toMatchObject({
      state: 'failed',
      refusal: { code: 'pool_exhausted', retryable: true, more: '/errors/pool_exhausted' },
    })
  }, 60_000)
})

describe('an operator at the command line', () => {
  it('halts and resumes; each is a version with its reason, and halting twice is none', async () => {
    expect((await species('halt', ...because)).out).toBe('Trading is halted (version 2).\n')
    expect(await species('transfer', '1', 'bob', '--as', 'alice', '--yes')).toMatchObject({
      code: 1,
      err: expect.stringContaining('trading_halted') as string,
    })
    expect((await species('halt', ...because)).out).toContain('already halted')
    expect(await json('config', 'diff', '1', '2')).toMatchObject({
      changes: [{ path: 'trading', from: 'on', to: 'off' }],
    })
    expect((await species('resume', ...because)).code).toBe(0)
    expect((await species('config', 'history')).out).toContain(because[1])
  }, 120_000)

  it('halts one chain of the real configuration and resumes it, and nothing else changes', async () => {
    const halt = await json('halt', '--chain', 'ETH', ...because)
    expect(halt).toMatchObject({ code: 0, changes: [{ path: 'chains.ETH.halted', from: false, to: true }] })
    expect((await species('config', 'get', 'chains.ETH.halted')).out).toBe('true\n')
    expect((await species('halt', '--chain', 'ETH', ...because)).out).toContain('ETH is already halted')
    const resume = await json('resume', '--chain', 'ETH', ...because)
    expect(resume).toMatchObject({ code: 0, changes: [{ path: 'chains.ETH.halted', from: true, to: false }] })
    expect((await species('halt', '--chain', 'SOLANA', ...because)).code).not.toBe(0)
  }, 60_000)

  it('reads and changes one value; what the marketplace refuses is 1 and wrong use is 2', async () => {
    expect((await species('config', 'set', 'redeemPrice', '0.9', ...because)).code).toBe(0)
    expect((await species('config', 'get', 'redeemPrice')).out).toBe('0.9\n')
    expect((await species('config', 'set', 'redeemPrice', 'much', ...because)).code).toBe(1)
    expect((await species('config', 'get', 'nothing')).code).toBe(2)
    expect((await species('config', 'diff', 'first')).code).toBe(2)
  }, 120_000)

  it('lists users in pages', async () => {
    expect((await species('user', 'list', '--limit', '1')).out).toContain('More: species user list --after alice')
    expect((await species('user', 'list', '--after', 'alice')).out).toMatch(/^bob {2}active/)
  }, 60_000)

  it('is told why a payment for the pool is not taken', async () => {
    const fund = await species('pool', 'fund', 'ETH', `0x${'1'.repeat(64)}`, ...because)
    expect([fund.code, fund.err]).toEqual([1, expect.stringContaining('The chain does not show the transaction yet')])
  }, 60_000)
})

it('a rotated key is kept in place of the old one, which is listed with its end and can be revoked', async () => {
  const rotated = await json<{ keyId: string; replaces: string }>('keys', 'rotate', '--as', 'bob', '--overlap', '60')
  const { out } = await species('keys', 'list', '--as', 'bob')
  expect(out).toContain(`${rotated.replaces}  ed25519`)
  expect(out).toMatch(new RegExp(`${rotated.keyId} .*in this data directory`))
  expect((await species('keys', 'revoke', rotated.replaces, '--as', 'bob')).code).toBe(0)
}, 60_000)

describe('a rotation that a crash interrupted goes on when it is given again, and the key still signs:', () => {
  const local = new DataDirectory(directory)
  const next = DataDirectory.nextOf('bob')

  it('before the marketplace heard of it', async () => {
    const waiting = { alg: 'ed25519', keyId: 'next', ...generateEd25519() } as const
    local.writeKey(next, waiting)
    expect((await species('keys', 'rotate', '--as', 'bob')).code).toBe(0)
    expect(local.readKey('bob')).toMatchObject({ privateKey: waiting.privateKey })
    expect((await species('events', '--as', 'bob')).code).toBe(0)
    expect(local.readKey(next)).toBeUndefined()
  })

  it('after the marketplace made the successor, and before it was kept', async () => {
    const old = local.readKey('bob')
    expect((await species('keys', 'rotate', '--as', 'bob')).code).toBe(0)
    const made = local.readKey('bob')
    if (old?.alg !== 'ed25519' || made?.alg !== 'ed25519') throw new Error('bob has no such keys')
    local.writeKey('bob', old)
    local.writeKey(next, { ...made, keyId: 'next' })
    expect(await json('keys', 'rotate', '--as', 'bob')).toMatchObject({ code: 0, keyId: made.keyId })
    expect(local.readKey('bob')).toEqual(made)
  })

  it('of an HMAC key, whose secret is told once: the old one signs, and rotates again when the lost one is revoked', async () => {
    expect((await species('user', 'create', 'carol')).code).toBe(0)
    expect((await species('key', 'create', 'carol', '--alg', 'hmac')).code).toBe(0)
    const old = local.readKey('carol')
    if (!old) throw new Error('carol has no key')
    const lost = await json<{ keyId: string }>('keys', 'rotate', '--as', 'carol')
    local.writeKey('carol', old)
    const again = await species('keys', 'rotate', '--as', 'carol')
    expect([again.code, again.err]).toEqual([1, expect.stringContaining(lost.keyId)])
    expect((await species('keys', 'revoke', lost.keyId, '--as', 'carol')).code).toBe(0)
    expect((await species('keys', 'rotate', '--as', 'carol')).code).toBe(0)
    expect((await species('events', '--as', 'carol')).code).toBe(0)
  })
})

describe('a wallet that somebody else proves', () => {
  const wallet = privateKeyToAccount(generatePrivateKey())
  const link = async (onliId: string): Promise<Told> => {
    const words = ['wallet', 'link', 'ETH', wallet.address, '--as', onliId]
    const { challengeId, message } = await json<{ challengeId: string; message: string }>(...words)
    const signature = await wallet.signMessage({ message })
    return await species(...words, '--challenge', challengeId, '--signature', signature)
  }
  /** Has a request of bob's objected to by its owner; answers its id. */
  const objected = async (): Promise<string> => {
    expect(await link('bob')).toMatchObject({ code: 0, out: expect.stringContaining('Another user owns it') as string })
    expect((await species('wallet', 'transfers', '--as', 'bob')).out).toContain('to you  takes effect')
    const { out } = await species('wallet', 'transfers', '--as', 'alice')
    const [, transferId = ''] = /^(\S+) .*from you {2}takes effect/m.exec(out) ?? []
    expect((await species('wallet', 'object', transferId, '--as', 'bob')).code).toBe(1)
    expect((await species('wallet', 'object', transferId, '--as', 'alice')).code).toBe(0)
    return transferId
  }

  it('stays with its owner, who objects, until an operator decides', async () => {
    expect((await species('config', 'set', 'walletTransferMs', '86400000', ...because)).code).toBe(0)
    expect((await link('alice')).code).toBe(0)
    const transferId = await objected()
    expect((await species('wallet-transfers')).out).toMatch(new RegExp(`^${transferId} .*from alice to bob`))
    expect((await species('wallet-transfers', 'decide', transferId, 'give', ...because)).code).toBe(2)
    expect((await species('wallet-transfers', 'decide', transferId, 'transfer', ...because)).code).toBe(0)
    expect((await species('wallet-transfers', 'list')).out).toBe('Nothing waits for you.\n')
    expect((await species('wallet', 'list', '--as', 'bob')).out).toContain(wallet.address.toLowerCase())
    expect((await species('wallet', 'transfers', '--as', 'alice')).out).toContain('done')
  }, 60_000)
})

it('a wallet is linked in two calls where there is no terminal: the text to sign first', async () => {
  const address = '0x2222222222222222222222222222222222222222'
  const challenge = await json<{ message: string; challengeId: string }>(
    'wallet',
    'link',
    'ETH',
    address,
    '--as',
    'bob',
  )
  expect(challenge.message).toContain(address)
  const wrong = ['--challenge', challenge.challengeId, '--signature', `0x${'1'.repeat(130)}`]
  expect(await species('wallet', 'link', 'ETH', address, '--as', 'bob', ...wrong)).toMatchObject({ code: 1 })
  expect((await species('wallet', 'link', 'ETH', address, '--as', 'bob', '--challenge', 'x')).code).toBe(2)
  expect((await species('wallet', 'list', '--as', 'bob')).out).not.toContain(address)
}, 60_000)

it('every command can be called by name, and its help says what it does', () => {
  const program = new Command('species')
  addCommands(program, { terminal: processTerminal(), ended: () => undefined })
  for (const { name, summary, keepsRunning = false } of rows) {
    const command = name
      .split(' ')
      .reduce<Command | undefined>((at, word) => at?.commands.find((one) => one.name() === word), program)
    expect(command?.helpInformation().includes('--json')).toBe(!keepsRunning)
    expect(command?.summary()).toBe(summary)
  }
})
