import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { AttackStage, endOf, newId, until } from './attack-stage.ts'

let stage: AttackStage
beforeAll(async () => {
  stage = await AttackStage.start()
  await stage.buy('alice', 200)
})
// A call that fails after a few that did well is tried again soon. Three failures of three stop all calls for half a minute:
// that is the circuit breaker, and would be all that these tests see.
beforeEach(async () => {
  for (const _ of [1, 2, 3]) expect(endOf(await stage.trade('alice', { to: 'bob', amount: 1 }))).toBe('COMPLETED')
})
afterEach(async () => {
  await stage.noFaults()
  await stage.control('/consent', { mode: 'grant', vault: 'vault-alice' })
})
afterAll(() => stage.endWell())

/** The event's key at the partner: the receipt's id is made of it. */
const keyOf = (receiptId: string): string =>
  receiptId.slice(4).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')

async function send(amount: number): Promise<{ eventId: string; key: string }> {
  const eventId = newId()
  const accepted = await stage.players.alice.client.submitEvent({ eventId, from: 'alice', to: 'bob', amount })
  return { eventId, key: keyOf(accepted['receiptId']) }
}

async function receiptOf(eventId: string): Promise<Record<string, unknown>> {
  await stage.players.alice.client.waitForEnd(eventId)
  return (await stage.players.alice.client.getReceipt(eventId)).receipt
}

/** Waits until the event lies before a person, and gives the key under which he decides. */
async function reviewOf(eventId: string): Promise<string> {
  const { reviews } = await until(
    async () =>
      (await stage.operator.request('GET', '/admin/v1/reviews')).body as {
        reviews: { eventKey: string; eventId: string }[]
      },
    (answer) => answer.reviews.some((review) => review.eventId === eventId),
  )
  return reviews.find((review) => review.eventId === eventId)?.eventKey ?? ''
}

async function decide(eventKey: string, decision: 'confirm' | 'refuse'): Promise<void> {
  const reason = `the attack test says ${decision}`
  await stage.operator.request('POST', `/admin/v1/reviews/${eventKey}`, { decision, reason })
}

async function holdings(): Promise<number[]> {
  const [alice, bob] = [await stage.units('alice'), await stage.units('bob')]
  expect([await stage.vault('vault-alice'), await stage.vault('vault-bob')]).toEqual([alice.total, bob.total])
  return [alice.available, alice.held, bob.available, bob.held]
}

test.each([
  ['is down for a while', { kind: 'down', times: 2 }],
  ['acts and then the connection dies', { kind: 'down', when: 'after', times: 1 }],
  ['acts and then the connection dies twice', { kind: 'down', when: 'after', times: 2 }],
  ['acts and answers with an error', { kind: 'error', when: 'after', times: 2 }],
  ['gets the request twice', { kind: 'duplicate', times: 1 }],
  ['answers late', { kind: 'latency', ms: 1_500, times: 1 }],
  ['answers after our patience', { kind: 'latency', ms: 7_000, when: 'after', times: 1 }],
  ['answers nonsense', { kind: 'wrong', how: 'garbage_status', times: 1 }],
  ['leaves an answer out', { kind: 'wrong', how: 'missing', times: 1 }],
])(
  'where the partner %s the units move once',
  async (_name, fault) => {
    const [aliceHas = 0, , bobHas = 0] = await holdings()
    await stage.control('/faults', { partner: 'onli', operation: 'ChangeOwner', ...fault })
    const { eventId, key } = await send(3)
    expect(endOf((await receiptOf(eventId)) as never)).toBe('COMPLETED')
    expect(await stage.operationsDone(key)).toBe(1)
    expect(await holdings()).toEqual([aliceHas - 3, 0, bobHas + 3, 0])
  },
  60_000,
)

test('units are issued once where the partner acts and the connection dies', async () => {
  const before = await stage.units('carol')
  await stage.control('/faults', { partner: 'onli', operation: 'Issue', kind: 'down', when: 'after', times: 2 })
  expect(endOf(await stage.buy('carol', 7))).toBe('COMPLETED')
  expect((await stage.units('carol')).total).toBe(before.total + 7)
  expect(await stage.vault('vault-carol')).toBe(before.total + 7)
}, 60_000)

test('an oracle that is away delays the end and nothing else', async () => {
  await stage.control('/faults', { partner: 'onli', operation: 'VerifyOperations', kind: 'down', times: 2 })
  const { eventId, key } = await send(1)
  expect(endOf((await receiptOf(eventId)) as never)).toBe('COMPLETED')
  expect(await stage.operationsDone(key)).toBe(1)
}, 60_000)

test.each(['owner', 'amount'])(
  'where the oracle names another %s nothing is settled until an operator says so, and the receipt says that he did',
  async (how) => {
    await stage.control('/faults', { partner: 'onli', operation: 'VerifyOperations', kind: 'wrong', how, times: 500 })
    const [aliceHad = 0, , bobHad = 0] = await holdings()
    const { eventId } = await send(2)
    const eventKey = await reviewOf(eventId)
    expect(await stage.units('alice')).toMatchObject({ available: aliceHad - 2, held: 2 })
    expect(await stage.units('bob')).toMatchObject({ total: bobHad })
    await expect(stage.players.alice.client.getReceipt(eventId)).rejects.toMatchObject({ status: 404 })
    await stage.noFaults()
    await decide(eventKey, 'confirm')
    const receipt = await receiptOf(eventId)
    expect(receipt).toMatchObject({ status: 'COMPLETED', oracle: { wordOf: 'operator' } })
    expect(await holdings()).toEqual([aliceHad - 2, 0, bobHad + 2, 0])
    await expect(decide(eventKey, 'refuse')).rejects.toMatchObject({ status: 404 })
  },
  60_000,
)

test('an operator who refuses gives everything held back', async () => {
  await stage.control('/faults', {
    partner: 'onli',
    operation: 'VerifyOperations',
    kind: 'wrong',
    how: 'owner',
    times: 500,
  })
  const before = await stage.units('alice')
  const { eventId } = await send(2)
  const eventKey = await reviewOf(eventId)
  // What the operator puts right by hand before he refuses: the units go back where they came from.
  await stage.control('/vaults', { vault: 'vault-alice', amount: 2 })
  await stage.control('/vaults', { vault: 'vault-bob', amount: -2 })
  await stage.noFaults()
  await decide(eventKey, 'refuse')
  expect(endOf((await receiptOf(eventId)) as never)).toBe('refused_by_operator')
  expect(await stage.units('alice')).toEqual(before)
  await holdings()
}, 60_000)

test('an owner who is slow to consent delays his event, and nothing moves before he does', async () => {
  const before = await stage.units('alice')
  await stage.control('/consent', { mode: 'stall', vault: 'vault-alice' })
  const { eventId, key } = await send(2)
  await until(
    () => stage.state('alice', eventId),
    (state) => state === 'waiting',
  )
  expect(await stage.operationsDone(key)).toBe(0)
  expect(await stage.units('alice')).toEqual({ available: before.available - 2, held: 2, total: before.total })
  await stage.control('/consent/decide', { idempotencyKey: key, answer: 'grant' })
  expect(endOf((await receiptOf(eventId)) as never)).toBe('COMPLETED')
  expect(await stage.operationsDone(key)).toBe(1)
  await holdings()
}, 60_000)

test('an owner who refuses after a while has his units free again', async () => {
  const before = await holdings()
  await stage.control('/consent', { mode: 'stall', vault: 'vault-alice' })
  const { eventId, key } = await send(2)
  await until(
    () => stage.state('alice', eventId),
    (state) => state === 'waiting',
  )
  await stage.control('/consent/decide', { idempotencyKey: key, answer: 'refuse' })
  expect(endOf((await receiptOf(eventId)) as never)).toBe('consent_refused')
  expect(await holdings()).toEqual(before)
}, 60_000)

test('an owner who does not answer in time has his units free again', async () => {
  const before = await holdings()
  await stage.configure((config) => ({ ...config, deadlines: { ...config.deadlines, consentMs: 1_500 } }))
  await stage.control('/consent', { mode: 'stall', vault: 'vault-alice' })
  const { eventId, key } = await send(2)
  expect(endOf((await receiptOf(eventId)) as never)).toBe('consent_expired')
  expect(await stage.operationsDone(key)).toBe(0)
  expect(await holdings()).toEqual(before)
  await stage.configure((config) => ({ ...config, deadlines: { ...config.deadlines, consentMs: 1_800_000 } }))
}, 60_000)
