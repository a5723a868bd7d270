import {
  AckPolicy,
  type ConsumerConfig,
  DeliverPolicy,
  DiscardPolicy,
  JetStreamApiError,
  type JetStreamManager,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from '@nats-io/jetstream'
import { noticeSchemas, states, type Topic } from '@species/contracts'
import { Fault } from '@species/kernel'
import { subjectIn } from './frame.ts'

/** JetStream counts time in nanoseconds. */
const nanos = (ms: number): number => ms * 1_000_000

/** A frame that is not acknowledged in this time is redelivered to a live process. A process that works on it extends the time earlier. */
export const ackWaitMs = 10_000
/** How many frames of one consumer may be on their way at once, over all processes. */
export const maxAckPending = 1_000

/**
 * The streams, declared here and nowhere else. Interest retention: a frame is gone once every consumer of its subject has
 * worked on it. Where the limits are reached the oldest go: the broker is a doorbell, and the sweeper rings again.
 */
export function declaredStreams(prefix: string, replicas: number): Partial<StreamConfig>[] {
  const common = {
    retention: RetentionPolicy.Interest,
    storage: StorageType.File,
    discard: DiscardPolicy.Old,
    max_age: nanos(24 * 3_600_000),
    // A limit in bytes would reserve so much of the server's storage at once.
    max_msgs: 1_000_000,
    // Every publication has an id of its own; this catches only the client's own repetition of an unanswered one.
    duplicate_window: nanos(10_000),
    num_replicas: replicas,
  }
  const name = streamName(prefix)
  return [
    { ...common, name: `${name}_EVENT`, subjects: [`${prefix}.event.>`], description: 'States of events' },
    {
      ...common,
      name: `${name}_NOTICE`,
      subjects: Object.keys(noticeSchemas).map((notice) => subjectIn(prefix, notice as Topic, '*')),
      description: 'Notices about payments, listings, vaults, configuration and access',
    },
  ]
}

/** A durable pull consumer of one topic, shared by every process that works on it. */
export function declaredConsumer(prefix: string, consumer: { name: string; topic: Topic }): Partial<ConsumerConfig> {
  return {
    durable_name: consumer.name,
    filter_subject: subjectIn(prefix, consumer.topic, '*'),
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
    ack_wait: nanos(ackWaitMs),
    max_ack_pending: maxAckPending,
    // Redelivery is unlimited: only an event that fails alone counts an attempt, and in the database.
    max_deliver: -1,
  }
}

export function streamOf(prefix: string, topic: Topic): string {
  return `${streamName(prefix)}_${(states as readonly string[]).includes(topic) ? 'EVENT' : 'NOTICE'}`
}

/**
 * Makes what is missing and brings what differs to what is declared. Safe under any number of simultaneous starts, and on
 * servers from JetStream 2.9 on: only fields that such a server knows are sent.
 */
export async function reconcile(
  manager: JetStreamManager,
  prefix: string,
  replicas: number,
  consumers: readonly { name: string; topic: Topic }[],
): Promise<void> {
  for (const stream of declaredStreams(prefix, replicas)) await reconcileStream(manager, stream)
  await Promise.all(
    consumers.map((consumer) =>
      reconcileConsumer(manager, streamOf(prefix, consumer.topic), declaredConsumer(prefix, consumer)),
    ),
  )
}

/**
 * Durable consumers on our streams that no program of this version declares. Nothing consumes them, and under interest retention
 * each keeps every frame of its subject until the streams' limits drop it.
 */
export async function forgottenConsumers(
  manager: JetStreamManager,
  prefix: string,
  declared: readonly { name: string }[],
): Promise<{ stream: string; consumer: string; waiting: number }[]> {
  const known = new Set(declared.map(({ name }) => name))
  const forgotten: { stream: string; consumer: string; waiting: number }[] = []
  for (const { name: stream = '' } of declaredStreams(prefix, 1)) {
    for await (const { name, config, num_pending } of manager.consumers.list(stream)) {
      // A consumer that is not durable is a temporary observer, and disappears by itself.
      if (config.durable_name !== undefined && !known.has(name))
        forgotten.push({ stream, consumer: name, waiting: num_pending })
    }
  }
  return forgotten
}

async function reconcileStream(manager: JetStreamManager, wanted: Partial<StreamConfig>): Promise<void> {
  const name = wanted.name ?? ''
  const existing = await manager.streams.info(name).catch((error: unknown) => {
    if (isNotFound(error)) return undefined
    throw error
  })
  if (!existing) {
    await manager.streams.add(wanted as StreamConfig)
    return
  }
  const { config } = existing
  for (const fixed of ['retention', 'storage'] as const) {
    if (config[fixed] !== wanted[fixed])
      throw new Fault('stream_differs', {
        retryable: false,
        publicMessage: `The stream ${name} exists with ${fixed} ${config[fixed]}, and must have ${wanted[fixed] ?? ''}: delete it while nothing runs; events that were under way are driven again.`,
      })
  }
  const differs = (Object.keys(wanted) as (keyof StreamConfig)[]).some(
    (key) => JSON.stringify(config[key]) !== JSON.stringify(wanted[key]),
  )
  if (differs) await manager.streams.update(name, wanted)
}

/** What no server changes on a consumer that is there. */
const fixedOnConsumers = ['ack_policy', 'deliver_policy', 'deliver_subject', 'filter_subject'] as const

/** Create answers with what is there where it is the same, and changes what may be changed where it is not. */
async function reconcileConsumer(
  manager: JetStreamManager,
  stream: string,
  wanted: Partial<ConsumerConfig>,
): Promise<void> {
  try {
    await manager.consumers.add(stream, wanted)
  } catch (error) {
    if (!(error instanceof JetStreamApiError)) throw error
    const name = wanted.durable_name ?? ''
    const existing = await manager.consumers.info(stream, name).catch(() => undefined)
    const differences = fixedOnConsumers
      .filter((field) => existing && existing.config[field] !== wanted[field])
      .map((field) => `${field} ${existing?.config[field] ?? 'none'}, and must have ${wanted[field] ?? 'none'}`)
    if (differences.length === 0) throw error
    throw new Fault('consumer_differs', {
      retryable: false,
      publicMessage: `The consumer ${name} of the stream ${stream} exists with ${differences.join('; with ')}: remove it while nothing runs (nats consumer rm ${stream} ${name}); events that were under way are driven again.`,
      cause: error,
    })
  }
}

function isNotFound(error: unknown): boolean {
  return error instanceof JetStreamApiError && error.status === 404
}

function streamName(prefix: string): string {
  return prefix.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')
}
