import type { Clock } from '@species/platform'

/** How far the clocks of two processes may be apart. */
export const skewMs = 250
/** Marks older than this are older than anything that may still be under way or lie in Redis. */
const lifeMs = 60_000
const maxMarks = 50_000

/**
 * When each tag was last dropped. An answer of this process is compared by sequence, which is exact; one of another process by
 * the time at which it was begun there, with room for clocks that differ.
 */
export class Marks {
  readonly #clock: Clock
  readonly #marks = new Map<string, { sequence: number; atMs: number }>()
  /** All tags, known or not: nothing begun before this counts. */
  #all = { sequence: 0, atMs: -Infinity }
  #sequence = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Grows with every mark. */
  get sequence(): number {
    return this.#sequence
  }

  add(tag: string): void {
    this.#marks.delete(tag)
    this.#marks.set(tag, { sequence: ++this.#sequence, atMs: this.#clock.now() })
    this.#forgetOld()
  }

  addForAll(): void {
    this.#all = { sequence: ++this.#sequence, atMs: this.#clock.now() }
    this.#marks.clear()
  }

  /** When it was dropped last; of what is forgotten by now, the latest that it can have been. */
  lastMs(tag: string): number {
    return Math.max(this.#all.atMs, this.#marks.get(tag)?.atMs ?? -Infinity)
  }

  /** Whether an answer that was begun here, at this sequence, is from after all marks of its tags. */
  allowsOwn(tags: readonly string[], sequence: number): boolean {
    return sequence >= this.#all.sequence && tags.every((tag) => (this.#marks.get(tag)?.sequence ?? 0) <= sequence)
  }

  /** The same of an answer that another process began. */
  allowsShared(tags: readonly string[], begunAtMs: number): boolean {
    const isAfter = (atMs: number): boolean => begunAtMs > atMs + skewMs
    if (begunAtMs > this.#clock.now() + skewMs) return false
    return isAfter(this.#all.atMs) && tags.every((tag) => isAfter(this.#marks.get(tag)?.atMs ?? -Infinity))
  }

  #forgetOld(): void {
    const before = this.#clock.now() - lifeMs
    for (const [tag, mark] of this.#marks) {
      if (mark.atMs >= before && this.#marks.size <= maxMarks) return
      this.#marks.delete(tag)
      // What a forgotten mark forbade stays forbidden: to all tags now.
      this.#all = { sequence: mark.sequence, atMs: Math.max(this.#all.atMs, mark.atMs) }
    }
  }
}
