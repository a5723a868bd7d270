import type { Message } from './bus.ts'
import type { DeliveredFrame } from './frame-intake.ts'

interface Hold {
  readonly frame: DeliveredFrame
  /** Messages that came with the frame or were caused by it here, and are not done yet. */
  left: number
}

/**
 * The frames a process has taken and not acknowledged. A frame is acknowledged when all of its messages are done, and all
 * that they caused within this process.
 */
export class HeldFrames {
  readonly #holdsOf = new Map<Message, readonly Hold[]>()
  readonly #frames = new Set<DeliveredFrame>()

  /** How many messages are under way. */
  get messages(): number {
    return this.#holdsOf.size
  }

  take(frame: DeliveredFrame, messages: readonly Message[]): void {
    this.#frames.add(frame)
    const holds = [{ frame, left: messages.length }]
    for (const message of messages) this.#holdsOf.set(message, holds)
  }

  /** The frames of the causes wait for this message as well. */
  inherit(message: Message, causes: readonly Message[]): void {
    const holds = [...new Set(causes.flatMap((cause) => this.#holdsOf.get(cause) ?? []))]
    for (const hold of holds) hold.left++
    this.#holdsOf.set(message, holds)
  }

  done(messages: readonly Message[]): void {
    for (const message of messages) {
      for (const hold of this.#holdsOf.get(message) ?? []) {
        hold.left--
        if (hold.left > 0) continue
        this.#frames.delete(hold.frame)
        hold.frame.acknowledge()
      }
      this.#holdsOf.delete(message)
    }
  }

  /** Says that they are still worked on. */
  extend(): void {
    for (const frame of this.#frames) frame.extend()
  }

  /** Gives everything that is not done to others. */
  refuse(): void {
    for (const frame of this.#frames) frame.refuse(0)
    this.#frames.clear()
    this.#holdsOf.clear()
  }
}
