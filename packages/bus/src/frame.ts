import '@species/platform'
import { type Topic, schemaOf, subjectOf } from '@species/contracts'
import { z } from 'zod'
import type { Message, Outgoing } from './bus.ts'

/** What travels over a broker as one message: messages of one topic and partition that were published together. */
export interface Frame {
  readonly subject: string
  readonly payload: string
}

/** A frame stays well under the megabyte that a NATS server takes by default. */
const maxMessages = 100
const maxCharacters = 200_000

/** Packs messages into as few frames as their subjects allow, in order. */
export function packFrames(prefix: string, outgoing: readonly Outgoing[]): Frame[] {
  const open = new Map<string, { items: string[]; size: number }>()
  const frames: Frame[] = []
  for (const one of outgoing) {
    const subject = subjectIn(prefix, one.topic, one.partition)
    const item = `{"key":${JSON.stringify(one.key)},"trace":${JSON.stringify(one.trace)},"body":${JSON.stringify(one.body)}}`
    let pack = open.get(subject)
    if (pack && (pack.items.length >= maxMessages || pack.size + item.length > maxCharacters)) {
      frames.push({ subject, payload: `[${pack.items.join(',')}]` })
      pack = undefined
    }
    if (!pack) open.set(subject, (pack = { items: [], size: 0 }))
    pack.items.push(item)
    pack.size += item.length
  }
  for (const [subject, { items }] of open) frames.push({ subject, payload: `[${items.join(',')}]` })
  return frames
}

const frameSchema = z
  .array(z.strictObject({ key: z.string().min(1).max(200), trace: z.string().max(200), body: z.unknown() }))
  .min(1)
  .max(maxMessages)

/** The messages of a frame; throws where it is not one, or where a body is not what its topic promises. */
export function openFrame<T extends Topic>(topic: T, subject: string, payload: string, frameId: string): Message<T>[] {
  const partition = z.coerce
    .number()
    .int()
    .nonnegative()
    .parse(subject.slice(subject.lastIndexOf('.') + 1))
  const schema = schemaOf(topic)
  return frameSchema.parse(JSON.parse(payload)).map((item, index) => ({
    id: `${frameId}-${index}`,
    topic,
    key: item.key,
    trace: item.trace,
    partition,
    body: schema.parse(item.body),
  }))
}

/** The subject of a topic where several marketplaces share a server: the prefix stands for `species`. */
export function subjectIn(prefix: string, topic: Topic, partition: number | '*'): string {
  return subjectOf(topic, partition as number).replace(/^species/, prefix)
}
