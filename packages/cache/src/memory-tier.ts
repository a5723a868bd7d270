export interface MemoryEntry {
  readonly value: unknown
  /** When its load was begun, by the steady clock: its age counts from there, and a clock that is set back makes nothing younger. */
  readonly begunAtMs: number
  readonly tags: readonly string[]
}

/** The first tier: entries by name and by tag. When it is full the ones that were kept first go first. */
export class MemoryTier {
  readonly #entries = new Map<string, MemoryEntry>()
  readonly #names = new Map<string, Set<string>>()
  readonly #maxEntries: number

  constructor(maxEntries: number) {
    this.#maxEntries = maxEntries
  }

  get(name: string): MemoryEntry | undefined {
    return this.#entries.get(name)
  }

  set(name: string, entry: MemoryEntry): void {
    this.#delete(name)
    const [oldest] = this.#entries.keys()
    if (oldest !== undefined && this.#entries.size >= this.#maxEntries) this.#delete(oldest)
    this.#entries.set(name, entry)
    for (const tag of entry.tags) {
      const names = this.#names.get(tag) ?? new Set()
      this.#names.set(tag, names.add(name))
    }
  }

  drop(tag: string): void {
    for (const name of this.#names.get(tag) ?? []) this.#delete(name)
  }

  clear(): void {
    this.#entries.clear()
    this.#names.clear()
  }

  #delete(name: string): void {
    for (const tag of this.#entries.get(name)?.tags ?? []) {
      const names = this.#names.get(tag)
      names?.delete(name)
      if (names?.size === 0) this.#names.delete(tag)
    }
    this.#entries.delete(name)
  }
}
