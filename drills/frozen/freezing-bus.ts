import { type Topic, encodeBody } from '@species/contracts'
import { type Bus, type Consumer, type Message, withCalls } from '@species/bus'

/** Wraps the bus of a marketplace that is about to be frozen: keeps a sample of each kind of message, and holds some back. */
export class FreezingBus {
  readonly #held = new Map<string, Topic>()
  readonly #poisoned = new Map<string, Topic>()
  readonly #heldBack = new Set<string>()
  readonly #samples = new Map<string, { topic: Topic; body: unknown }>()

  /** From now on no module works on this message of the event. */
  hold(eventId: string, topic: Topic): void {
    this.#held.set(eventId, topic)
  }

  /** From now on each attempt to work on this message of the event fails. */
  poison(eventId: string, topic: Topic): void {
    this.#poisoned.set(eventId, topic)
  }

  isHeldBack(eventId: string): boolean {
    return this.#heldBack.has(eventId)
  }

  /** Whether a message of this topic has come by. */
  saw(topic: Topic): boolean {
    return this.samples().some((sample) => sample.topic === topic)
  }

  /** One message of each kind: its topic, its intent, and which fields it has. */
  samples(): { topic: Topic; body: unknown }[] {
    return [...this.#samples.values()]
  }

  wrap(bus: Bus): Bus {
    return withCalls(bus, {
      subscribe: (consumer) => {
        bus.subscribe(this.#watched(consumer))
      },
    })
  }

  #watched<T extends Topic>(consumer: Consumer<T>): Consumer<T> {
    return {
      ...consumer,
      handle: async (batch) => {
        for (const message of batch) this.#sample(message)
        const poisoned = batch.find((message) => this.#poisoned.get(eventIdOf(message as Message)) === message.topic)
        if (poisoned && batch.length === 1) throw new TypeError('the recorder lets this message fail')
        if (poisoned) throw new Error('a batch with a message that fails')
        return await consumer.handle(batch.filter((message) => !this.#isHeld(message as Message)))
      },
    }
  }

  #isHeld(message: Message): boolean {
    const eventId = eventIdOf(message)
    if (this.#held.get(eventId) !== message.topic) return false
    this.#heldBack.add(eventId)
    return true
  }

  #sample({ topic, body }: Message): void {
    const shape = JSON.stringify(body, (_key, value: unknown) => (typeof value === 'bigint' ? 'bigint' : value), 0)
      .replace(/"[^"]*"(?=[,}\]])/g, '""')
      .replace(/\d+/g, '0')
    const key = `${topic} ${'intent' in body ? String(body.intent) : ''} ${shape}`
    if (!this.#samples.has(key)) this.#samples.set(key, { topic, body: JSON.parse(encodeBody(body)) as unknown })
  }
}

function eventIdOf({ body }: Message): string {
  return 'eventId' in body ? body.eventId : ''
}
