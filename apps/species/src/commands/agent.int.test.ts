import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Client, type NewEvent, SpeciesError, createClient, createSigner } from '@species/sdk'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { DataDirectory } from '../processes/data-directory.ts'
import { runHere, serveHere } from '../processes/test-terminal.ts'

const directory = mkdtempSync(join(tmpdir(), 'species-agent-'))
let server: Awaited<ReturnType<typeof serveHere>>
beforeAll(async () => {
  server = await serveHere(directory, 'start')
}, 120_000)
afterAll(async () => {
  await server.stop()
  rmSync(directory, { recursive: true, force: true })
})

async function json<T>(...words: string[]): Promise<T> {
  const { out, err } = await runHere(directory, [...words, '--json'])
  if (out === '') throw new Error(err)
  return JSON.parse(out) as T
}
interface Agent {
  readonly agentId: string
  readonly keyId: string
  readonly privateKey: string
  readonly status: string
  readonly mandateVersion: number
}
/** The receipt of a transfer that the agent asks for. */
async function transfer(
  client: Client,
  eventId: string,
  amount: number,
): Promise<Awaited<ReturnType<Client['getReceipt']>>['receipt']> {
  const event: NewEvent = { eventId, from: 'alice', to: 'bob', amount, intent: 'TRANSFER' }
  await client.submitEvent(event)
  await client.waitForEnd(eventId, { timeoutMs: 30_000 })
  return (await client.getReceipt(eventId)).receipt
}

it('an agent is made, trades within its mandate and no further, and is narrowed, paused and stopped from the command line', async () => {
  const asAlice = ['--as', 'alice'] as const
  const words = [
    'agent',
    'create',
    'mover',
    ...asAlice,
    '--units-per-trade',
    '3',
    '--units-per-day',
    '5',
    '--intents',
    'TRANSFER',
  ]
  expect((await runHere(directory, words)).err).toContain('key create alice --payout')
  await runHere(directory, ['key', 'create', 'alice', '--payout'])
  const agent = await json<Agent>(...words)
  const baseUrl = new DataDirectory(directory).readRunning()?.url ?? ''
  const signer = createSigner({ alg: 'ed25519', keyId: agent.keyId, privateKey: agent.privateKey })
  const client = createClient({ baseUrl, signer })

  expect(await transfer(client, 'moved-0001', 3)).toMatchObject({
    status: 'COMPLETED',
    agent: { agentId: agent.agentId, mandateVersion: 1 },
  })
  expect(await transfer(client, 'moved-0002', 4)).toMatchObject({ refusal: { code: 'outside_mandate' } })
  expect(await transfer(client, 'moved-0003', 3)).toMatchObject({ refusal: { code: 'limit_exceeded' } })
  expect(await json('agent', 'show', agent.agentId, ...asAlice)).toMatchObject({
    use: { units: { perDay: { used: '3', left: '2' } } },
  })

  const narrower = [
    'agent',
    'mandate',
    agent.agentId,
    ...asAlice,
    '--units-per-trade',
    '1',
    '--units-per-day',
    '5',
    '--intents',
    'TRANSFER',
  ]
  expect(await json<Agent>(...narrower)).toMatchObject({ mandateVersion: 2 })
  expect(await transfer(client, 'moved-0004', 2)).toMatchObject({ agent: { mandateVersion: 2 }, status: 'FAILED' })

  expect(await json<Agent>('agent', 'pause', agent.agentId, ...asAlice)).toMatchObject({ status: 'paused' })
  expect(await json<Agent>('agent', 'resume', agent.agentId, ...asAlice)).toMatchObject({ status: 'active' })
  await json('agent', 'stop', ...asAlice)
  expect(await json('agent', 'list', ...asAlice)).toMatchObject([{ status: 'stopped_by_owner' }])
  await json('agent', 'restart', ...asAlice)
  await json('agent', 'stop')
  expect(await json('agent', 'list', ...asAlice)).toMatchObject([{ status: 'stopped_by_operator' }])
  await json('agent', 'restart')
  expect(await transfer(client, 'moved-0005', 1)).toMatchObject({ status: 'COMPLETED' })
  expect(await json<Agent>('agent', 'revoke', agent.agentId, ...asAlice)).toMatchObject({ status: 'revoked' })
}, 120_000)

it('above an amount the agent asks, and trades once its owner has approved exactly that', async () => {
  const asAlice = ['--as', 'alice'] as const
  await runHere(directory, ['key', 'create', 'alice', '--payout'])
  const bounds = ['--units-per-day', '9', '--intents', 'TRANSFER', '--approve-above-units', '1']
  const agent = await json<Agent>('agent', 'create', 'asker', ...asAlice, ...bounds)
  const baseUrl = new DataDirectory(directory).readRunning()?.url ?? ''
  const signer = createSigner({ alg: 'ed25519', keyId: agent.keyId, privateKey: agent.privateKey })
  const client = createClient({ baseUrl, signer })
  const refusalOf = async (eventId: string): Promise<string> => {
    const error: unknown = await transfer(client, eventId, 2).catch((reason: unknown) => reason)
    if (!(error instanceof SpeciesError)) throw new Error('it was not refused')
    return error.code
  }
  expect(await transfer(client, 'asked-0001', 1)).toMatchObject({ status: 'COMPLETED' })
  expect(await refusalOf('asked-0002')).toBe('approval_required')
  const [approval] = await json<{ approvalId: string; units: string }[]>('agent', 'approvals', ...asAlice)
  expect(approval).toMatchObject({ units: '2', state: 'undecided', event: { eventId: 'asked-0002', to: 'bob' } })
  const approvalId = approval?.approvalId ?? ''
  expect(await json('agent', 'approve', approvalId, ...asAlice)).toMatchObject({ state: 'granted' })
  expect(await transfer(client, 'asked-0002', 2)).toMatchObject({ status: 'COMPLETED' })
  expect(await refusalOf('asked-0003')).toBe('approval_required')
  const [next] = await json<{ approvalId: string }[]>('agent', 'approvals', ...asAlice)
  expect(await json('agent', 'deny', next?.approvalId ?? '', ...asAlice)).toMatchObject({ state: 'denied' })
  expect(await refusalOf('asked-0003')).toBe('approval_required')
  expect((await runHere(directory, ['agent', 'approve', approvalId, '--as', 'bob'])).code).toBe(1)
}, 120_000)
