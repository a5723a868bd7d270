import { Fault } from '@species/kernel'
import type { Logger } from '../log.ts'
import type { Consumer, Message, Outgoing } from './bus.ts'

/** Keeps what could not be worked on. Attempts are counted durably, so that a crash does not start the count again. */
export interface DeadLetters {
  countAttempt(consumer: string, key: string): Promise<number>
  park(letter: { consumer: string; message: Message; cause: string; attempts: number }): Promise<void>
}

export interface BatchContext {
  /** Publishes what the batch `causes` was answered with. */
  publish(messages: readonly Outgoing[], causes: readonly Message[]): Promise<void>
  readonly deadLetters: DeadLetters
  readonly log: Logger
  /** An event that fails alone this often, for a reason that is not transient, is parked. */
  readonly maxAttempts: number
}

/** `done` are acknowledged; `again` come back after a pause. */
export interface Disposition {
  readonly done: readonly Message[]
  readonly again: readonly Message[]
}

/**
 * Decides a batch. If it fails it is decided in halves, then singly, so that a poisonous event fails alone; only that one
 * counts an attempt, and only if the reason is not transient: an outage parks nobody.
 */
export async function processBatch(
  consumer: Consumer,
  batch: readonly Message[],
  context: BatchContext,
): Promise<Disposition> {
  try {
    const outgoing = await consumer.handle(batch)
    if (outgoing.length > 0) await context.publish(outgoing, batch)
    return { done: batch, again: [] }
  } catch (error) {
    if (isTransient(error)) {
      context.log.warn(
        { consumer: consumer.name, size: batch.length, err: error },
        'batch comes again: something is away',
      )
      return { done: [], again: batch }
    }
    const [first] = batch
    if (batch.length === 1 && first !== undefined) return await failAlone(consumer, first, error, context)
    const middle = Math.ceil(batch.length / 2)
    const left = await processBatch(consumer, batch.slice(0, middle), context)
    const right = await processBatch(consumer, batch.slice(middle), context)
    return { done: [...left.done, ...right.done], again: [...left.again, ...right.again] }
  }
}

async function failAlone(
  consumer: Consumer,
  message: Message,
  error: unknown,
  context: BatchContext,
): Promise<Disposition> {
  context.log.error(
    { consumer: consumer.name, eventKey: message.key, trace: message.trace, err: error },
    'event failed alone',
  )
  const attempts = await context.deadLetters.countAttempt(consumer.name, message.key)
  if (attempts < context.maxAttempts) return { done: [], again: [message] }
  await context.deadLetters.park({ consumer: consumer.name, message, cause: describe(error), attempts })
  return { done: [message], again: [] }
}

/**
 * SQLSTATE classes of a server that is away, busy, or asks for the transaction to be run again; it takes no writes because
 * another is the primary now (25006); it ended a transaction whose process stood still (25P03).
 */
const transientSqlStates = /^(08|40|53|55|57|25006|25P03)/
const transientCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  'CONNECT_TIMEOUT',
  'NO_CONNECTION',
  'NO_PRIMARY',
  'TLS_REFUSED',
  'EAI_AGAIN',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ENETUNREACH',
])

/** Whether the same call may succeed by itself later. */
export function isTransient(error: unknown): boolean {
  if (error instanceof Fault) return error.retryable
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
  return typeof code === 'string' && (transientSqlStates.test(code) || transientCodes.has(code))
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}`.slice(0, 2_000) : String(error)
}
