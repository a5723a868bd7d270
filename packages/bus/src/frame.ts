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

const frameSchema = z.array(z.unknown()).min(1).max(maxMessages)
const itemSchema = z.strictObject({ key: z.string().min(1).max(200), trace: z.string().max(200), body: z.unknown() })

/** What a frame holds, as far as this code can read it. */
export interface OpenedFrame<T extends Topic = Topic> {
  readonly messages: Message<T>[]
  /** What it cannot read, each as a frame of its own, and why. */
  readonly unreadable: readonly { readonly frame: Frame; readonly error: unknown }[]
}

/** The messages of a frame. One that is not what its topic promises keeps no other from being read. Throws where it is no frame. */
export function openFrame<T extends Topic>(
  topic: T,
  subject: string,
  payload: string,
  frameId: string,
): OpenedFrame<T> {
  const partition = z.coerce
    .number()
    .int()
    .nonnegative()
    .parse(subject.slice(subject.lastIndexOf('.') + 1))
  const schema = schemaOf(topic)
  const messages: Message<T>[] = []
  const unreadable: { frame: Frame; error: unknown }[] = []
  for (const [index, item] of frameSchema.parse(JSON.parse(payload)).entries()) {
    try {
      const { key, trace, body } = itemSchema.parse(item)
      messages.push({ id: `${frameId}-${index}`, topic, key, trace, partition, body: schema.parse(body) })
    } catch (error) {
      unreadable.push({ frame: { subject, payload: `[${JSON.stringify(item)}]` }, error })
    }
  }
  return { messages, unreadable }
}

/** The subject of a topic where several marketplaces share a server: the prefix stands for `species`. */
export function subjectIn(prefix: string, topic: Topic, partition: number | '*'): string {
  return subjectOf(topic, partition as number).replace(/^species/, prefix)
}
