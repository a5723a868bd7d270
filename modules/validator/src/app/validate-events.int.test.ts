import { type StateBodies, encodeBody } from '@species/contracts'
import { notYet, unknown } from '@species/kernel'
import { createDeadLetters } from '@species/bus'
import type { Database } from '@species/database'
import { pgliteWith, postgresAnswers, postgresWith } from '@species/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { validatorModule } from '../index.ts'
import {
  event,
  hash,
  keyOf,
  minuteMs,
  otherWallet,
  paid,
  refusalOf,
  topics,
  wallet,
  world,
  checkDue,
  validateEvents,
} from '../test-world.ts'

let database: Database
beforeAll(async () => {
  database = await pgliteWith(validatorModule)
})
afterAll(() => database.close())
beforeEach(() => database.script('TRUNCATE validator.verdicts; TRUNCATE validator.claims'))

describe('a verdict that is due and that this version cannot read', () => {
  test('stops no other, is a dead letter in the end, and goes on once an operator has sent that again', async () => {
    const { deps, chain, clock, published } = world(database, { paymentMs: 600 * minuteMs })
    await validateEvents(deps, [event(1), event(2, `0x${'cd'.repeat(32)}`)])
    const set = (dossier: string) =>
      database.query(`UPDATE validator.verdicts SET dossier = ${dossier} WHERE event_key = $1`, [keyOf(1)])
    await set(`dossier || '{"newer": true}'`)
    expect(await validatorModule.queries(database).stageOf(keyOf(1))).toMatchObject({
      state: 'waiting',
      awaiting: { what: 'transaction' },
    })
    chain.answer = unknown('down')
    for (let look = 0; look < 8; look++) {
      clock.advance(minuteMs)
      await checkDue(deps)
    }
    const letters = createDeadLetters(database, clock)
    const [letter] = await letters.list()
    expect(letter).toMatchObject({ consumer: 'payments-due', key: keyOf(1), topic: 'classified', attempts: 8 })
    chain.answer = paid(12)
    clock.advance(minuteMs)
    await checkDue(deps)
    expect(published.filter((one) => one.topic === 'validated').map((one) => one.key)).toEqual([keyOf(2)])
    // A version that can read it: nothing was lost.
    await set(`dossier - 'newer'`)
    if (letter) await letters.remove(letter)
    await checkDue(deps)
    expect(published.find((one) => one.key === keyOf(1))?.topic).toBe('refused')
  })
})

describe('a payment', () => {
  test('that is final is claimed and validated, and a repeat says the same and claims nothing', async () => {
    const { deps, chain } = world(database)
    chain.answer = paid(12)
    const first = await validateEvents(deps, [event(1)])
    expect(topics(first)).toEqual(['payment.claimed', 'validated'])
    chain.answer = notYet('not_found')
    const again = await validateEvents(deps, [event(1)])
    expect(again).toEqual(first.filter((message) => message.topic === 'validated'))
    expect(await validatorModule.queries(database).paymentsClaimed()).toBe(5_000_000n)
  })

  test('pays one event: of a hundred at once the earliest gets it, whatever order they come in', async () => {
    const { deps, chain } = world(database)
    chain.answer = paid(12)
    const messages = await validateEvents(
      deps,
      Array.from({ length: 100 }, (_, index) => event(100 - index)),
    )
    expect(messages.filter((message) => message.topic === 'validated').map((message) => message.key)).toEqual([
      keyOf(1),
    ])
    expect(messages.filter((message) => message.topic === 'refused')).toHaveLength(99)
    expect(refusalOf(messages)).toBe('already_claimed')
  })

  test('is one payment a log: a second event gets nothing of what the first took', async () => {
    const { deps, chain } = world(database)
    chain.answer = paid(12, [3, 4])
    const first = await validateEvents(deps, [event(1)])
    expect(topics(first)).toEqual(['payment.claimed', 'payment.claimed', 'validated'])
    expect(refusalOf(await validateEvents(deps, [event(2)]))).toBe('already_claimed')
    expect(await validatorModule.queries(database).paymentsClaimed()).toBe(10_000_000n)
  })

  test('of thousands of transfers makes small messages: the event carries a hundred claims, and all are claimed and told of', async () => {
    const { deps, chain } = world(database)
    chain.answer = paid(
      12,
      Array.from({ length: 1_000 }, (_, log) => log),
    )
    const messages = await validateEvents(deps, [event(1)])
    const told = messages.filter((message) => message.topic === 'payment.claimed')
    const validated = messages.find((message) => message.topic === 'validated')
    expect(told).toHaveLength(1_000)
    expect(validated?.body).toMatchObject({ payment: { source: 'chain' } })
    expect((validated?.body as StateBodies['validated']).payment.claims).toHaveLength(100)
    expect(Math.max(...messages.map((message) => encodeBody(message.body).length))).toBeLessThan(100_000)
    expect(await validatorModule.queries(database).paymentsClaimed()).toBe(1_000n * 5_000_000n)
    expect(await validateEvents(deps, [event(1)])).toEqual([validated])
  })

  test('that is mined again at another log index is the same payment: a second event gets nothing', async () => {
    const { deps, chain } = world(database)
    chain.answer = paid(12, [7])
    const first = await validateEvents(deps, [event(1)])
    chain.answer = paid(12, [9])
    expect(refusalOf(await validateEvents(deps, [event(2)]))).toBe('already_claimed')
    expect(await validateEvents(deps, [event(1)])).toEqual(first.slice(1))
    expect(await validatorModule.queries(database).paymentsClaimed()).toBe(5_000_000n)
  })

  test('whose index moved while two processes decided its event is not refused by its own claim', async () => {
    const { deps, chain } = world(database)
    const other = world(database)
    other.chain.answer = paid(12, [7])
    chain.answer = paid(12, [9])
    // As when this process stands still for longer than its lease.
    other.clock.advance(minuteMs)
    chain.meanwhile = () => checkDue(other.deps)
    expect(await validateEvents(deps, [event(1)])).toEqual([])
    expect(topics(other.published)).toEqual(['payment.claimed', 'validated'])
    expect(topics(await validateEvents(deps, [event(1)]))).toEqual(['validated'])
    expect(await validatorModule.queries(database).paymentsClaimed()).toBe(5_000_000n)
  })

  test('of two payers in one transaction that is mined again one log earlier is claimed by each of them, once', async () => {
    const { deps, chain } = world(database)
    chain.answer = paid(12, [7, 8], [wallet, otherWallet])
    const first = await validateEvents(deps, [event(1)])
    expect(topics(first)).toEqual(['payment.claimed', 'validated'])
    chain.answer = paid(12, [6, 7], [wallet, otherWallet])
    const second = await validateEvents(deps, [event(2, hash, { from: 'bob' })])
    expect(topics(second)).toEqual(['payment.claimed', 'validated'])
    // Both stood at log 7 when they were claimed; their names differ, so each is booked.
    expect([first[0]?.key, second[0]?.key]).toEqual([`ETH:${hash}#7`, `ETH:${hash}#7:1`])
    expect(refusalOf(await validateEvents(deps, [event(3)]))).toBe('already_claimed')
    expect(refusalOf(await validateEvents(deps, [event(4, hash, { from: 'bob' })]))).toBe('already_claimed')
    expect(await validatorModule.queries(database).paymentsClaimed()).toBe(10_000_000n)
  })

  test('is told from those alike by its place among them, wherever they are mined', async () => {
    const { deps, chain } = world(database)
    chain.answer = paid(12, [7, 8])
    expect(topics(await validateEvents(deps, [event(1, hash, { logIndex: 8 })]))).toContain('validated')
    // In no order: the place is the log's.
    chain.answer = paid(12, [21, 20])
    expect(refusalOf(await validateEvents(deps, [event(2, hash, { logIndex: 21 })]))).toBe('already_claimed')
    expect(topics(await validateEvents(deps, [event(3)]))).toEqual(['payment.claimed', 'validated'])
    expect(await validatorModule.queries(database).paymentsClaimed()).toBe(10_000_000n)
  })

  test('that is not final waits, and is validated once it is', async () => {
    const { deps, chain, clock, published } = world(database)
    chain.answer = paid(3)
    expect(topics(await validateEvents(deps, [event(1)]))).toEqual(['waiting'])
    expect(await validatorModule.queries(database).stageOf(keyOf(1))).toMatchObject({
      state: 'waiting',
      awaiting: { what: 'confirmations', confirmations: { have: 3, need: 12 } },
    })
    await checkDue(deps)
    expect(published).toEqual([])
    chain.answer = paid(12)
    clock.advance(minuteMs)
    await checkDue(deps)
    expect(topics(published)).toEqual(['payment.claimed', 'validated'])
  })

  test('is counted by the outcome of each look at it, and its money once', async () => {
    const { deps, chain, clock } = world(database)
    for (const answer of [unknown('down'), paid(3), paid(12)]) {
      chain.answer = answer
      clock.advance(minuteMs)
      await validateEvents(deps, [event(1)])
      await checkDue(deps)
    }
    await validateEvents(deps, [event(1), event(2)])
    expect((await deps.metrics.paidUsdt.get()).values).toEqual([{ labels: { chain: 'ETH' }, value: 5 }])
    const looks = (await deps.metrics.verificationTotal.get()).values
    expect(looks.map(({ labels, value }) => [labels.outcome, value])).toEqual([
      ['unanswered', 1],
      ['pending', 1],
      ['verified', 1],
      ['refused', 1],
    ])
  })

  test('that cannot be asked for is never a no: it waits until its deadline', async () => {
    const { deps, chain, clock, published } = world(database)
    chain.answer = unknown('Moralis: fetch failed')
    expect(topics(await validateEvents(deps, [event(1)]))).toEqual(['waiting'])
    const { awaiting } = (await validatorModule.queries(database).stageOf(keyOf(1))) ?? {}
    expect(awaiting).toEqual({ what: 'chain', text: expect.not.stringMatching(/fetch|Moralis/) as string })
    clock.advance(9 * minuteMs)
    await checkDue(deps)
    expect(published).toEqual([])
    clock.advance(2 * minuteMs)
    await checkDue(deps)
    expect(refusalOf(published)).toBe('payment_unconfirmable')
  })

  test('that arrives after its deadline is kept as credit, and its event stays refused', async () => {
    const { deps, chain, clock, published } = world(database)
    await validateEvents(deps, [event(1)])
    clock.advance(11 * minuteMs)
    await checkDue(deps)
    expect(refusalOf(published)).toBe('payment_not_found')
    published.length = 0
    chain.answer = paid(12)
    clock.advance(minuteMs)
    await checkDue(deps)
    expect(topics(published)).toEqual(['payment.claimed'])
    expect(refusalOf(await validateEvents(deps, [event(1)]))).toBe('payment_not_found')
    clock.advance(minuteMs)
    await checkDue(deps)
    expect(topics(published)).toEqual(['payment.claimed'])
  })

  test('that does not come is asked for less and less often after its deadline, and found within an hour all the same', async () => {
    const { deps, chain, clock, published } = world(database, { paymentWatchMs: 7 * 24 * 60 * minuteMs })
    await validateEvents(deps, [event(1)])
    const asked: number[] = []
    const from = clock.now() + 10 * minuteMs
    chain.meanwhile = () => Promise.resolve(asked.push((clock.now() - from) / minuteMs))
    const until = async (hours: number): Promise<void> => {
      const endMs = from + hours * 60 * minuteMs
      while (clock.now() < endMs) {
        clock.advance(minuteMs / 2)
        await checkDue(deps)
      }
    }
    await until(3)
    expect(asked.filter((atMinute) => atMinute <= 0)).toHaveLength(20)
    expect(asked.filter((atMinute) => atMinute > 0)).toEqual([0.5, 1, 2, 4, 8, 16, 32, 64, 124])
    published.length = 0
    chain.answer = paid(12)
    await until(4.1)
    expect(topics(published)).toEqual(['payment.claimed'])
  })

  test('that is none passes, and a replay says the same, times included', async () => {
    const { deps, clock } = world(database)
    const message = event(1)
    const { payWith: _none, ...given } = message.body.event
    const unpaid = { ...message, body: { ...message.body, event: given } }
    const first = await validateEvents(deps, [unpaid])
    clock.advance(minuteMs)
    expect(await validateEvents(deps, [unpaid])).toEqual(first)
    expect(topics(first)).toEqual(['validated'])
  })

  test('that is no hash is refused without asking anybody', async () => {
    const { deps } = world(database)
    expect(refusalOf(await validateEvents(deps, [event(1, 'npmt_test_123')]))).toBe('proof_unsupported')
  })
})

describe.skipIf(!postgresAnswers)('many processes on one payment [needs Postgres]', () => {
  test('that had vanished, and that twenty processes see again in its place: its next life is claimed once', async () => {
    const server = await postgresWith(validatorModule)
    try {
      const claimBy = async (index: number): Promise<string[]> => {
        const { deps, chain } = world(server)
        chain.answer = paid(12)
        return topics(await validateEvents(deps, [event(index)]))
      }
      await claimBy(1)
      await server.query(`UPDATE validator.claims SET vanished_at = claimed_at`)
      const said = (await Promise.all(Array.from({ length: 20 }, (_, index) => claimBy(index + 2)))).flat()
      expect(said.filter((topic) => topic === 'validated')).toHaveLength(1)
      expect(said.filter((topic) => topic === 'refused')).toHaveLength(19)
      expect(await validatorModule.queries(server).paymentsClaimed()).toBe(5_000_000n)
    } finally {
      await server.drop()
    }
  })

  test('twenty processes with ten events each, on two forks: the payment is claimed once, and nobody is left without an answer', async () => {
    const server = await postgresWith(validatorModule)
    try {
      const batches = Array.from({ length: 20 }, (_, process) =>
        Array.from({ length: 10 }, (_, index) => event(process * 10 + index + 1)),
      )
      const results = await Promise.all(
        batches.map(async (batch, process) => {
          const { deps, chain } = world(server)
          chain.answer = paid(12, [process % 2 === 0 ? 3 : 5])
          return await validateEvents(deps, batch)
        }),
      )
      const messages = results.flat()
      expect(messages.filter((message) => message.topic === 'validated')).toHaveLength(1)
      expect(messages.filter((message) => message.topic === 'refused')).toHaveLength(199)
      expect(await validatorModule.queries(server).paymentsClaimed()).toBe(5_000_000n)
    } finally {
      await server.drop()
    }
  })
})
