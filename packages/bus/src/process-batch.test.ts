import { Fault } from '@species/kernel'
import { messageOf } from '@species/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { silentLogger } from '@species/platform'
import { type Consumer, type Message, type Outgoing, about } from './bus.ts'
import { takeBatch } from './work-queue.ts'
import { isTransient } from '@species/platform'
import { type BatchContext, type DeadLetters, type Disposition, processBatch } from './process-batch.ts'

const message = (key: string): Message<'access.changed'> => messageOf('access.changed', key, { onliId: key })
const messages = (...keys: string[]): Message<'access.changed'>[] => keys.map(message)
/** Keys of one letter each, in order. */
const keys = (of: readonly { key: string }[]): string => of.map((one) => one.key).join('')

const aloneIn = ({ alone }: Pick<Disposition, 'alone'>): string => keys(alone.map((one) => one.message))

const sorted = (text: string): string[] => text.split('').sort()

/** A runner's surroundings that remember the order of what was done. */
function surroundings(maxAttempts = 3): { context: BatchContext; log: string[]; attempts: Map<string, number> } {
  const log: string[] = []
  const attempts = new Map<string, number>()
  const deadLetters: DeadLetters = {
    countAttempt: async (_consumer, key) => {
      attempts.set(key, (attempts.get(key) ?? 0) + 1)
      return attempts.get(key) ?? 0
    },
    park: async ({ message: parked, cause }) => {
      log.push(`park ${parked.key}: ${cause}`)
    },
  }
  const publish = async (outgoing: readonly Outgoing[]): Promise<void> => {
    log.push(`publish ${keys(outgoing)}`)
  }
  return { context: { publish, deadLetters, log: silentLogger, maxAttempts }, log, attempts }
}

/** A consumer that answers each message with one, and fails where the batch holds one of `poison`. */
function consumerOf(log: string[], poison: Record<string, Error> = {}): Consumer<'access.changed'> {
  return {
    name: 'c',
    topic: 'access.changed',
    maxBatch: 10,
    handle: async (batch) => {
      log.push(`handle ${keys(batch)}`)
      const bad = batch.find((one) => poison[one.key])
      if (bad) throw poison[bad.key] ?? new Error()
      return batch.map((one) =>
        about('access.changed', one, { key: one.key, partitionKey: one.key }, { onliId: one.key }),
      )
    },
  }
}
const run = (consumer: Consumer<'access.changed'>, batch: Message<'access.changed'>[], context: BatchContext) =>
  processBatch(consumer, batch, context)

describe('a batch', () => {
  it('is decided once and published before it is done', async () => {
    const { context, log } = surroundings()
    const { done, again } = await run(consumerOf(log), messages('a', 'b'), context)
    expect([keys(done), keys(again), log]).toEqual(['ab', '', ['handle ab', 'publish ab']])
  })

  it('is not done where the publish fails, and no attempt is counted for an unavailable bus', async () => {
    const { context, log, attempts } = surroundings()
    const away = { ...context, publish: () => Promise.reject(Object.assign(new Error(), { code: 'ECONNRESET' })) }
    expect(await run(consumerOf(log), messages('a', 'b'), away)).toEqual({
      done: [],
      again: messages('a', 'b'),
      alone: [],
    })
    expect(attempts.size).toBe(0)
  })

  it('with an answer that the bus can never take is published in halves, and only the event of that answer fails', async () => {
    const { context, log, attempts } = surroundings(2)
    const tooLarge = new Fault('message_too_large', { retryable: false, publicMessage: '' })
    const picky = {
      ...context,
      publish: async (outgoing: readonly Outgoing[]) => {
        if (outgoing.some((one) => one.key === 'b')) throw tooLarge
        log.push(`publish ${keys(outgoing)}`)
      },
    }
    const first = await run(consumerOf([]), messages('a', 'b', 'c', 'd'), picky)
    expect([keys(first.done), keys(first.again), aloneIn(first)]).toEqual(['acd', '', 'b'])
    expect([log, [...attempts]]).toEqual([['publish a', 'publish cd'], [['b', 1]]])
    expect(keys((await run(consumerOf([]), messages('b'), picky)).done)).toBe('b')
    expect(log.at(-1)).toBe('park b: Fault: ')
  })

  it('of which one cannot even be counted loses nothing of what is done', async () => {
    const { context, log } = surroundings()
    const countAttempt = () => Promise.reject(Object.assign(new Error(), { code: 'ECONNRESET' }))
    const mute = { ...context, deadLetters: { ...context.deadLetters, countAttempt } }
    const { done, again } = await run(consumerOf(log, { b: new Error('bad') }), messages('a', 'b'), mute)
    expect([keys(done), keys(again)]).toEqual(['a', 'b'])
  })

  it('with a poisonous event is retried in halves, in order, until that one fails alone', async () => {
    const { context, log, attempts } = surroundings()
    const decided = await run(consumerOf(log, { c: new Error('bad') }), messages('a', 'b', 'c', 'd', 'e'), context)
    expect([keys(decided.done), keys(decided.again), decided.alone]).toEqual([
      'abde',
      '',
      [{ message: message('c'), attempts: 1 }],
    ])
    expect([...attempts]).toEqual([['c', 1]])
    expect(log).toEqual([
      'handle abcde',
      'handle abc',
      'handle ab',
      'publish ab',
      'handle c',
      'handle de',
      'publish de',
    ])
  })

  it('parks what failed alone too often, with its cause, and only that', async () => {
    const { context, log } = surroundings(3)
    const consumer = consumerOf(log, { b: new TypeError('bad b') })
    for (const attempt of [1, 2])
      expect([attempt, aloneIn(await run(consumer, messages('a', 'b'), context))]).toEqual([attempt, 'b'])
    expect(keys((await run(consumer, messages('a', 'b'), context)).done)).toBe('ab')
    expect(log.filter((line) => line.startsWith('park'))).toEqual(['park b: TypeError: bad b'])
  })

  it('comes again whole where the reason is transient, however often, and parks nothing', async () => {
    const { context, log, attempts } = surroundings(1)
    const consumer = consumerOf(log, { a: Object.assign(new Error('deadlock'), { code: '40P01' }) })
    for (let time = 0; time < 50; time++)
      expect(keys((await run(consumer, messages('a', 'b'), context)).again)).toBe('ab')
    expect([attempts.size, log.some((line) => line.startsWith('park'))]).toEqual([0, false])
  })

  it('keeps a half that is done where the other half is only held up', async () => {
    const { context, log, attempts } = surroundings()
    const consumer = consumerOf(log, { a: new Error('bad'), d: Object.assign(new Error(), { code: '57P01' }) })
    const decided = await run(consumer, messages('a', 'b', 'c', 'd'), context)
    expect([keys(decided.done), keys(decided.again), aloneIn(decided)]).toEqual(['b', 'cd', 'a'])
    expect([...attempts]).toEqual([['a', 1]])
  })

  it('any poison: each message is done or comes again once, and whatever is done was published', async () => {
    const all = 'abcdefghij'.split('')
    await fc.assert(
      fc.asyncProperty(fc.subarray(all), fc.subarray(all), async (poison, held) => {
        const { context, log } = surroundings(1_000)
        const errors = Object.fromEntries([
          ...held.map((key) => [key, Object.assign(new Error(), { code: '40001' })]),
          ...poison.map((key) => [key, new Error('bad')]),
        ]) as Record<string, Error>
        const { done, again, alone } = await run(consumerOf(log, errors), messages(...all), context)
        expect(sorted(keys(done) + keys(again) + aloneIn({ alone }))).toEqual(all)
        const published = log
          .filter((line) => line.startsWith('publish'))
          .map((line) => line.slice(8))
          .join('')
        expect(sorted(published)).toEqual(sorted(keys(done)))
        expect(poison.some((key) => keys(done).includes(key))).toBe(false)
      }),
    )
  })
})

it.each([
  [Object.assign(new Error(), { code: '40001' }), true],
  [Object.assign(new Error(), { code: '40P01' }), true],
  [Object.assign(new Error(), { code: '55P03' }), true],
  [Object.assign(new Error(), { code: '57P01' }), true],
  [Object.assign(new Error(), { code: '53300' }), true],
  [Object.assign(new Error(), { code: '08006' }), true],
  [Object.assign(new Error(), { code: 'ECONNREFUSED' }), true],
  [Object.assign(new Error(), { code: 'CONNECTION_CLOSED' }), true],
  [Object.assign(new Error(), { code: 'NO_PRIMARY' }), true],
  [Object.assign(new Error(), { code: 'NO_CONNECTION' }), true],
  [Object.assign(new Error(), { code: '25006' }), true],
  [Object.assign(new Error(), { code: '25P03' }), true],
  [Object.assign(new Error(), { code: '57014' }), false],
  [Object.assign(new Error(), { code: '25P02' }), false],
  [Object.assign(new Error(), { code: '23505' }), false],
  [Object.assign(new Error(), { code: '23514' }), false],
  [Object.assign(new Error(), { code: '22P02' }), false],
  [Object.assign(new Error(), { code: 40 }), false],
  [new Fault('bus_unavailable', { retryable: true, publicMessage: '' }), true],
  [new Fault('bus_unavailable', { retryable: false, publicMessage: '' }), false],
  [new Error(), false],
  ['text', false],
  [undefined, false],
  [null, false],
])('%o is transient: %s', (error, transient) => {
  expect(isTransient(error)).toBe(transient)
})

describe('taking a batch', () => {
  it('has each key once; the repeated one waits for the next batch; in the order of the keys', () => {
    const waiting = messages('c', 'a', 'c', 'b', 'a')
    const { batch, rest } = takeBatch(waiting, 10)
    expect([keys(batch), keys(rest)]).toEqual(['abc', 'ca'])
    expect([batch[2], rest[0]]).toEqual([waiting[0], waiting[2]])
  })

  it('takes no more than its limit, and loses and invents nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...'abcde'.split(''))), fc.integer({ min: 1, max: 6 }), (given, limit) => {
        const waiting = messages(...given)
        const { batch, rest } = takeBatch(waiting, limit)
        expect(batch.length).toBe(Math.min(limit, new Set(given).size))
        expect(new Set(batch.map((one) => one.key)).size).toBe(batch.length)
        expect(sorted(keys(batch) + keys(rest))).toEqual([...given].sort())
        expect(rest).toEqual(waiting.filter((one) => rest.includes(one)))
      }),
    )
  })
})
