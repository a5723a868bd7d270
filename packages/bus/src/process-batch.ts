import { type Logger, SpanKind, type Traced, inHalves, isTransient, traced } from '@species/platform'
import type { Consumer, Message, Outgoing } from './bus.ts'

/** Keeps what could not be worked on. Attempts are counted durably, so that a crash does not start the count again. */
export interface DeadLetters {
  countAttempt(consumer: string, key: string): Promise<number>
  park(letter: { consumer: string; message: Message; cause: string; attempts: number }): Promise<void>
}

/** So often a message or a row fails alone before it is parked. */
export const attemptsUntilParked = 8

export interface BatchContext {
  /** Publishes what the batch `causes` was answered with. */
  publish(messages: readonly Outgoing[], causes: readonly Message[]): Promise<void>
  readonly deadLetters: DeadLetters
  readonly log: Logger
  /** An event that fails alone this often, for a reason that is not transient, is parked. */
  readonly maxAttempts: number
}

/** `done` are acknowledged; `again` come back after a pause of all; each of `alone` comes back after a pause of its own. */
export interface Disposition {
  readonly done: readonly Message[]
  readonly again: readonly Message[]
  readonly alone: readonly FailedAlone[]
}

export interface FailedAlone {
  readonly message: Message
  /** How often it has failed alone by now. */
  readonly attempts: number
}

/**
 * Decides a batch. If it fails it is decided in halves, then singly, so that a poisonous event fails alone; only that one
 * counts an attempt, and only if the reason is not transient: an outage parks nothing. To publish the answers is part of the
 * decision: an answer that the bus can never take fails alone as well.
 */
export async function processBatch(
  consumer: Consumer,
  batch: readonly Message[],
  context: BatchContext,
): Promise<Disposition> {
  const parts = await inHalves(batch, async (messages) => {
    await traced(`process ${consumer.name}`, SpanKind.CONSUMER, messages.map(subjectOf), async () => {
      const outgoing = await consumer.handle(messages)
      if (outgoing.length > 0) await context.publish(outgoing, messages)
    })
  })
  const done: Message[] = []
  const again: Message[] = []
  const alone: FailedAlone[] = []
  for (const part of parts) {
    const [message] = part.items
    if (part.ok) done.push(...part.items)
    else if (message === undefined || isTransient(part.error)) {
      again.push(...part.items)
      comesAgain(consumer.name, part.items.length, part.error, context)
    } else {
      const attempts = await failAlone(consumer.name, message, part.error, context)
      if (attempts === 'parked') done.push(message)
      else if (attempts === 'not counted') again.push(message)
      else alone.push({ message, attempts })
    }
  }
  return { done, again, alone }
}

/** Names of OpenTelemetry's semantic conventions for messaging. */
function subjectOf({ topic, key, trace }: Message): Traced {
  return { trace, attributes: { 'messaging.destination.name': topic, 'messaging.message.conversation_id': key } }
}

function comesAgain(consumer: string, size: number, error: unknown, context: Pick<BatchContext, 'log'>): void {
  context.log.warn({ consumer, size, err: error }, 'batch will be retried: a dependency is unavailable')
}

/** Counts an attempt, and parks what has failed often enough. Never throws: where nothing can be stored, nothing is counted. */
export async function failAlone(
  consumer: string,
  message: Message,
  error: unknown,
  context: Pick<BatchContext, 'deadLetters' | 'log' | 'maxAttempts'>,
): Promise<number | 'parked' | 'not counted'> {
  context.log.error({ consumer, eventKey: message.key, trace: message.trace, err: error }, 'event failed alone')
  try {
    const attempts = await context.deadLetters.countAttempt(consumer, message.key)
    if (attempts < context.maxAttempts) return attempts
    await context.deadLetters.park({ consumer, message, cause: describe(error), attempts })
    return 'parked'
  } catch (failure) {
    // Not even the failure could be stored: the database is unavailable.
    comesAgain(consumer, 1, failure, context)
    return 'not counted'
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}`.slice(0, 2_000) : String(error)
}
