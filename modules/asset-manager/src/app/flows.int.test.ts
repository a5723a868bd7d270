import type { ErrorCode } from '@species/contracts'
import { unknown } from '@species/kernel'
import type { Database } from '@species/database'
import { pgliteWith } from '@species/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readDeliveries } from '../adapters/delivery-rows.ts'
import { assetManagerModule } from '../index.ts'
import { createAssetManager } from '../module.ts'
import {
  type World,
  consentMs,
  redeemConsentMs,
  createScriptedLedger,
  createWorld,
  eventKey,
  funded,
  fundedBody,
  operationOf,
  refused,
  topics,
  unknownMs,
} from '../test-world.ts'
import { cancelEvents } from './cancel-events.ts'
import { checkDue } from './check-due.ts'
import { deliverEvents } from './deliver-events.ts'
import { leaseMs } from './lease.ts'

let database: Database
let world: World
beforeAll(async () => {
  database = await pgliteWith(assetManagerModule)
})
afterAll(async () => {
  await database.close()
})
beforeEach(async () => {
  await database.query('TRUNCATE asset_manager.deliveries')
  world = createWorld(database)
})

const withoutKeys = () => {
  world = createWorld(database, createScriptedLedger(false))
}
const deliver = async (n = 1) => topics(await deliverEvents(world.deps, [funded(n)]))
const cancel = async (code: ErrorCode, by?: 'floor-manager', n = 1) =>
  topics(await cancelEvents(world.deps, [refused(n, code, by)]))
const stage = async (n = 1) => (await assetManagerModule.queries(database).stageOf(eventKey(n)))?.state
const status = async (n = 1) => (await readDeliveries(database, [eventKey(n)], false)).get(eventKey(n))?.outcome

/** The due check some time later; the messages it published. */
async function later(ms: number): Promise<string[]> {
  world.clock.advance(ms)
  world.published.length = 0
  await checkDue(world.deps)
  return topics(world.published)
}

describe('delivery', () => {
  it('moves units once, and answers a repeat with the first answer', async () => {
    const first = await deliverEvents(world.deps, [funded(1)])
    expect(topics(first)).toEqual(['delivered'])
    world.clock.advance(5_000)
    expect(await deliverEvents(world.deps, [funded(1)])).toEqual(first)
    expect(world.onli.done).toEqual([eventKey(1)])
  })

  it('asks for a whole batch at once, each event by its own key', async () => {
    const batch = [1, 2, 3].map((n) => funded(n))
    expect(topics(await deliverEvents(world.deps, batch))).toEqual(['delivered', 'delivered', 'delivered'])
    expect(world.onli.calls).toEqual([{ call: 'move', keys: batch.map((message) => message.key) }])
  })

  it('a definite no after the attempt ends the event', async () => {
    world.onli.script.move.push({
      acts: false,
      answer: { kind: 'no', refusal: { code: 'delivery_refused', detail: 'too few' } },
    })
    const [message] = await deliverEvents(world.deps, [funded(1)])
    expect(message?.topic === 'cancelled' && message.body.refusal).toEqual({
      code: 'delivery_refused',
      detail: 'too few',
      by: 'asset-manager',
    })
    expect(await deliver()).toEqual(['cancelled'])
    expect(world.onli.done).toEqual([])
  })

  it.each([
    ['fewer units', { units: 4n }],
    ['another receiver', { toVault: 'vault-mallory' }],
    ['another sender', { fromVault: 'vault-mallory' }],
  ])('a yes about %s goes to review, and no refusal releases it', async (_name, other) => {
    const request = {
      kind: 'change_owner' as const,
      key: eventKey(1),
      fromVault: 'vault-alice',
      toVault: 'vault-bob',
      units: 5n,
      consentUntilMs: 0,
    }
    world.onli.script.move.push({ answer: { kind: 'yes', value: { ...operationOf(request, 'op-x'), ...other } } })
    expect(await deliver()).toEqual(['review'])
    expect(await cancel('deadline_exceeded')).toEqual([])
    expect(await later(999_999)).toEqual([])
    expect(await deliver()).toEqual(['review'])
    expect(await stage()).toBe('review')
  })
})

describe('a death between the attempt and its outcome', () => {
  const died = new Error('the process died here')
  const dieIn = async () => {
    await expect(deliverEvents(world.deps, [funded(1)])).rejects.toBe(died)
  }

  it('is not asked for before the message has come again: nobody else could say how the event goes on', async () => {
    world.onli.script.move.push({ throws: died })
    await dieIn()
    expect(await later(leaseMs)).toEqual([])
    expect(await deliver()).toEqual([])
    expect(await later(0)).toEqual(['delivered'])
    expect(world.onli.done).toEqual([eventKey(1)])
  })

  it('the due check finds the truth by the same key, and no second move happens', async () => {
    world.onli.script.move.push({ throws: died })
    await dieIn()
    expect(await deliver()).toEqual([])
    expect(await later(leaseMs - 1)).toEqual([])
    expect(await later(1)).toEqual(['delivered'])
    expect(world.onli.done).toEqual([eventKey(1)])
    expect(await deliver()).toEqual(['delivered'])
  })

  it('a partner who honours no keys is only asked, never sent to again', async () => {
    withoutKeys()
    world.onli.script.move.push({ throws: died })
    await dieIn()
    expect(await deliver()).toEqual([])
    expect(await later(leaseMs)).toEqual(['delivered'])
    expect([world.onli.sent(eventKey(1)), world.onli.done]).toEqual([1, [eventKey(1)]])
  })

  it('where the call never reached the partner, a keyed move is sent again', async () => {
    world.onli.script.move.push({ acts: false, throws: died })
    await dieIn()
    expect(await deliver()).toEqual([])
    expect(await later(leaseMs)).toEqual(['delivered'])
    expect([world.onli.sent(eventKey(1)), world.onli.done]).toEqual([2, [eventKey(1)]])
  })

  it('where the call never reached a partner without keys, a person is asked; nothing is sent again by itself', async () => {
    withoutKeys()
    world.onli.script.move.push({ acts: false, throws: died })
    await dieIn()
    const said: string[] = []
    for (let passed = 0; passed <= unknownMs + 20_000; passed += 10_000) {
      said.push(...(await later(10_000)))
      expect(await deliver()).toEqual(said.includes('review') ? ['review'] : [])
    }
    expect(said).toEqual(['waiting', 'review'])
    expect([world.onli.sent(eventKey(1)), world.onli.done]).toEqual([1, []])
  })

  it('after a start of the only process nobody’s lease is waited for', async () => {
    world.onli.script.move.push({ throws: died })
    await dieIn()
    expect(await deliver()).toEqual([])
    await createAssetManager({ ...world.deps, bus: { ...world.deps.bus, durable: false } }).start?.()
    expect(await later(0)).toEqual(['delivered'])
  })
})

describe('an unknown outcome', () => {
  it('releases nothing, says it waits, and ends in review after its time', async () => {
    const silent = { acts: false, answer: unknown('time-out') }
    world.onli.script.move.push(...Array.from({ length: 200 }, () => silent))
    expect(await deliver()).toEqual(['waiting'])
    expect(await cancel('deadline_exceeded')).toEqual([])
    const said: string[] = []
    for (let passed = 0; passed < unknownMs; passed += 15_000) said.push(...(await later(15_000)))
    expect(said).toEqual([])
    expect(await later(15_000)).toEqual(['review'])
    expect(await later(999_999)).toEqual([])
  })

  it('is asked for with growing pauses', async () => {
    world.onli.script.move.push(...Array.from({ length: 500 }, () => ({ acts: false, answer: unknown('time-out') })))
    await deliver()
    for (let second = 0; second < 120; second++) await later(1_000)
    expect(world.onli.calls.length).toBeLessThan(16)
  })

  it('becomes delivered when the answer comes', async () => {
    withoutKeys()
    world.onli.script.move.push({ answer: unknown('time-out') })
    world.onli.script.verify.push({ answer: unknown('time-out') })
    expect(await deliver()).toEqual(['waiting'])
    expect(await later(1_000)).toEqual([])
    expect(await later(1_000)).toEqual(['delivered'])
    expect(world.onli.sent(eventKey(1))).toBe(1)
  })

  it('a partner who answers for fewer items than were asked leaves the rest unknown', async () => {
    const [one] = await createScriptedLedger(true).move([{ kind: 'issue', key: 'k', toVault: 'v', units: 1n }])
    const onli = { ...world.onli, move: async () => (one ? [{ ...one, kind: 'unknown' as const, reason: 'cut' }] : []) }
    const out = await deliverEvents({ ...world.deps, onli }, [funded(1), funded(2)])
    expect(topics(out)).toEqual(['waiting', 'waiting'])
    expect(await status(2)).toBe('attempted')
  })
})

describe('consent', () => {
  const stall = () => {
    world.onli.script.move.push({ consent: 'stalls' })
  }

  it('stalls: says so once and until when, and is shown as waiting', async () => {
    stall()
    const [message] = await deliverEvents(world.deps, [funded(1)])
    expect(message?.topic === 'waiting' && message.body.untilMs).toBe(world.clock.now() + consentMs)
    expect(await later(60_000)).toEqual([])
    expect(await deliver()).toEqual([])
    expect(await stage()).toBe('waiting')
  })

  it('is given less time where money of the pool is held meanwhile', async () => {
    stall()
    const [message] = await deliverEvents(world.deps, [funded(1, 'REDEEM')])
    expect(message?.topic === 'waiting' && message.body.untilMs).toBe(world.clock.now() + redeemConsentMs)
    await later(redeemConsentMs)
    expect(await later(15_000)).toEqual(['cancelled'])
  })

  it('granted: delivered', async () => {
    stall()
    await deliver()
    world.onli.consent(eventKey(1), true)
    expect(await later(15_000)).toEqual(['delivered'])
  })

  it('refused: cancelled', async () => {
    stall()
    await deliver()
    world.onli.consent(eventKey(1), false)
    expect(await later(15_000)).toEqual(['cancelled'])
    world.onli.consent(eventKey(1), true)
    expect(world.onli.done).toEqual([])
  })

  it('expired: withdrawn at the partner, and cancelled only on its definite answer', async () => {
    stall()
    await deliver()
    world.onli.script.cancel.push(
      { acts: false, answer: unknown('time-out') },
      { acts: false, answer: { kind: 'not_yet', reason: 'awaiting_consent' } },
    )
    expect(await later(consentMs)).toEqual([])
    expect(await later(15_000)).toEqual([])
    expect(await later(15_000)).toEqual([])
    expect(await status()).toBe('waiting')
    expect(await later(15_000)).toEqual(['cancelled'])
    expect(world.onli.calls.map((one) => one.call)).toEqual(['move', 'verify', 'cancel', 'cancel', 'cancel'])
  })

  it('granted at the last moment, while we withdraw: delivered', async () => {
    stall()
    await deliver()
    await later(consentMs)
    world.onli.consent(eventKey(1), true)
    expect(await later(15_001)).toEqual(['delivered'])
    expect(world.onli.done).toEqual([eventKey(1)])
  })

  it('expired and never ended by the partner: review, all stays held', async () => {
    stall()
    await deliver()
    world.onli.script.cancel.push(
      ...Array.from({ length: 20 }, () => ({
        acts: false,
        answer: { kind: 'not_yet' as const, reason: 'awaiting_consent' },
      })),
    )
    const said: string[] = []
    for (let passed = 0; passed < consentMs + 100_000; passed += 15_000) said.push(...(await later(15_000)))
    expect(said).toEqual(['review'])
  })

  it('learned of only after an outage longer than the time for an unknown: still waits for the owner', async () => {
    stall()
    world.onli.script.move[0] = { consent: 'stalls', throws: new Error('the process died here') }
    await deliverEvents(world.deps, [funded(1)]).catch(() => undefined)
    world.clock.advance(unknownMs + 120_000)
    expect(await deliver()).toEqual([])
    expect(await later(0)).toEqual(['waiting'])
    world.onli.consent(eventKey(1), true)
    expect(await later(15_000)).toEqual(['delivered'])
  })
})

describe('refusals from elsewhere', () => {
  it('before the attempt: cancelled, and a later `funded` moves nothing, ever', async () => {
    const first = await cancelEvents(world.deps, [refused(1, 'deadline_exceeded')])
    expect(topics(first)).toEqual(['cancelled'])
    world.clock.advance(1_000)
    expect(await cancelEvents(world.deps, [refused(1, 'deadline_exceeded')])).toEqual(first)
    expect(await deliver()).toEqual(['cancelled'])
    expect(await later(9_999_999)).toEqual([])
    expect(world.onli.calls).toEqual([])
  })

  it('after the attempt: dropped, whatever the delivery is', async () => {
    world.onli.script.move.push({ consent: 'stalls' })
    await deliver()
    expect(await cancel('deadline_exceeded')).toEqual([])
    world.onli.consent(eventKey(1), true)
    await later(15_000)
    expect(await cancel('deadline_exceeded')).toEqual([])
    expect(await deliver()).toEqual(['delivered'])
  })

  it('an operator’s word ends what is in review', async () => {
    world.onli.script.move.push({
      acts: false,
      answer: { kind: 'yes', value: { operationId: 'x', fromVault: '', toVault: '', units: 1n, ownerVault: '' } },
    })
    expect(await deliver()).toEqual(['review'])
    expect(await cancel('refused_by_operator', 'floor-manager')).toEqual(['cancelled'])
    expect(await deliver()).toEqual(['cancelled'])
    expect(await cancel('refused_by_operator', 'floor-manager')).toEqual(['cancelled'])
  })

  it('the same word from anybody else is dropped', async () => {
    await deliver()
    expect(await cancel('refused_by_operator')).toEqual([])
    expect(await status()).toBe('delivered')
  })

  it('an answer that comes after the operator’s word changes nothing', async () => {
    let release: () => void = () => undefined
    const held = new Promise<void>((resolve) => (release = resolve))
    const asked = Promise.withResolvers<undefined>()
    const slow = {
      ...world.onli,
      move: async (requests: Parameters<typeof world.onli.move>[0]) => {
        const outcomes = await world.onli.move(requests)
        asked.resolve(undefined)
        await held
        return outcomes
      },
    }
    const delivering = deliverEvents({ ...world.deps, onli: slow }, [funded(1)])
    await asked.promise
    expect(await cancel('refused_by_operator', 'floor-manager')).toEqual(['cancelled'])
    release()
    expect(await delivering).toEqual([])
    expect(await status()).toBe('cancelled')
  })
})

it('a batch in which one event cannot be planned attempts none of it', async () => {
  const broken = funded(2)
  const { to: _to, ...event } = fundedBody(2).event
  const batch = [funded(1), { ...broken, body: { ...broken.body, event } }]
  await expect(deliverEvents(world.deps, batch)).rejects.toThrow('an event with a receiver names them')
  expect(world.onli.calls).toEqual([])
  expect(await status(1)).toBeUndefined()
})

it('a user suspended since the hold gets no delivery attempt', async () => {
  const authenticator = {
    standings: async (onliIds: readonly string[]) => {
      const standings = await world.deps.authenticator.standings(onliIds)
      const alice = standings.get(fundedBody(1).event.from)
      return alice ? new Map([...standings, [alice.onliId, { ...alice, status: 'suspended' as const }]]) : standings
    },
  }
  const messages = await deliverEvents({ ...world.deps, authenticator }, [funded(1)])
  expect(topics(messages)).toEqual(['refused'])
  expect(messages[0]?.topic === 'refused' && messages[0].body.refusal.code).toBe('user_suspended')
  expect(world.onli.calls).toEqual([])
  expect(await status(1)).toBeUndefined()
})

it('an operator’s no withdraws a move that its owner could still consent to', async () => {
  world.onli.script.move.push({ acts: false, answer: { kind: 'not_yet', reason: 'awaiting_consent' } })
  await deliverEvents(world.deps, [funded(1)])
  expect(await cancel('refused_by_operator', 'floor-manager')).toEqual(['cancelled'])
  expect(JSON.stringify(world.onli.calls)).toContain('cancel')
})
