import type { Topic } from '@species/contracts'
import { partitionOf } from '@species/kernel'
import { type DeadLetters, type Message, attemptsUntilParked, failAlone } from '@species/bus'
import { type Logger, SpanKind, type Traced, inHalves, isTransient, traced } from '@species/platform'

/** The message that a row stands for. Its body is as it is stored, because this version may not be able to read it. */
export interface StoredLetter {
  readonly topic: Topic
  readonly key: string
  readonly trace: string
  readonly body: unknown
}

/** A stored row that is due, before it is read. */
export interface DueRow<Read> extends StoredLetter {
  /** The row as this version reads it. Throws where it cannot. */
  read(): Read
}

export interface DueContext {
  readonly deadLetters: DeadLetters
  readonly log: Logger
}

/**
 * Works on rows that are due as a bus works on a batch: one that cannot be read or worked on fails alone and counts an attempt, the
 * others go on. After as many attempts as a message has, it is a dead letter of this job, which leaves it alone ({@link unparked})
 * until an operator sends its message again. Between two attempts lies the lease of the row: a newer version may take it meanwhile.
 */
export async function workOnDue<Row, Answer>(
  context: DueContext,
  job: { readonly name: string; letterOf(row: Row): StoredLetter },
  rows: readonly Row[],
  work: (rows: readonly Row[]) => Promise<Answer>,
): Promise<Answer[]> {
  const subjects = (some: readonly Row[]): Traced[] => some.map((row) => subjectOf(job.letterOf(row)))
  return await eachInHalves(context, job, rows, (some) =>
    traced(`process ${job.name}`, SpanKind.INTERNAL, subjects(some), () => work(some)),
  )
}

async function eachInHalves<Row, Answer>(
  context: DueContext,
  job: { readonly name: string; letterOf(row: Row): StoredLetter },
  rows: readonly Row[],
  work: (rows: readonly Row[]) => Promise<Answer>,
): Promise<Answer[]> {
  if (rows.length === 0) return []
  const answers: Answer[] = []
  for (const part of await inHalves(rows, work)) {
    const [row] = part.items
    if (part.ok) answers.push(part.answer)
    else if (row === undefined || isTransient(part.error))
      context.log.warn({ job: job.name, size: part.items.length, err: part.error }, 'what is due comes again')
    else {
      const message = messageOf(job.letterOf(row))
      await failAlone(job.name, message, part.error, { ...context, maxAttempts: attemptsUntilParked })
    }
  }
  return answers
}

/** Reads what is due; what this version cannot read is left out, as {@link workOnDue} does it. */
export async function readDue<Read>(context: DueContext, name: string, rows: readonly DueRow<Read>[]): Promise<Read[]> {
  const job = { name, letterOf: (row: DueRow<Read>) => row }
  return (await eachInHalves(context, job, rows, async (some) => some.map((row) => row.read()))).flat()
}

function subjectOf({ trace, key }: StoredLetter): Traced {
  return { trace, attributes: { 'messaging.message.conversation_id': key } }
}

function messageOf({ topic, key, trace, body }: StoredLetter): Message {
  const owner = typeof body === 'object' && body !== null && 'owner' in body ? body.owner : undefined
  const partition = partitionOf(typeof owner === 'string' ? owner : key)
  return { id: key, topic, key, trace, partition, body } as Message
}
