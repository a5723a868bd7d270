import { type Lane, isReadOnly, isSilence } from './postgres-lane.ts'
import { failure } from './postgres-socket.ts'

/** A connection is replaced now and then: what a server keeps for each grows with its age. */
const lifeMs = 45 * 60_000
/** So many statements wait on one connection at most. */
const maxShared = 100

/** So many times the silence a lane keeps its place, where others fell silent not long before. */
const longestSilences = 16

export interface LanePoolOptions {
  readonly size: number
  readonly make: () => Lane
  /** As the lanes have it. */
  readonly silenceMs: number | undefined
  /** Called when somebody is refused because every lane is silent. */
  readonly onSilent: () => void
}

interface Waiter {
  readonly alone: boolean
  readonly resolve: (lane: Lane) => void
  readonly reject: (reason: Error) => void
}

/**
 * Up to `size` lanes. A transaction has one for itself; single statements share the others where none is free, and none is
 * overtaken once somebody waits.
 *
 * A lane that was lost to silence keeps its place until the server says something on it, or for a while. A primary that waits for
 * its standby keeps its end of each: without this every further one would stay there too, until the server takes no client any more.
 * While silence has all places whoever asks is refused at once.
 */
export class LanePool {
  readonly #options: LanePoolOptions
  readonly #lanes = new Set<Lane>()
  readonly #silent = new Set<Lane>()
  #round = { untilMs: -Infinity, holdMs: 0 }
  #free: Lane[] = []
  #waiters: Waiter[] = []
  #ended = false

  constructor(options: LanePoolOptions) {
    this.#options = options
  }

  /** A lane for one statement, or alone for a transaction. Give it back with `release`. */
  take(alone: boolean): Lane | Promise<Lane> {
    if (this.#ended) return Promise.reject(failure('CONNECTION_ENDED', 'the database is closed'))
    if (this.#isSilent()) {
      this.#options.onSilent()
      return Promise.reject(allSilent())
    }
    const lane = this.#waiters.length > 0 ? undefined : this.#pick(alone)
    if (lane) return lane
    return new Promise((resolve, reject) => {
      this.#waiters.push({ alone, resolve, reject })
    })
  }

  release(lane: Lane): void {
    lane.taken = false
    lane.users--
    if (lane.users > 0 && !lane.isGone) return
    if (lane.isGone) this.#forget(lane)
    else if (performance.now() - lane.bornAtMs > lifeMs) {
      this.#lanes.delete(lane)
      void lane.end()
    } else this.#free.push(lane)
    this.#serve()
  }

  /** To be told of every lane that is gone. */
  gone(lane: Lane, reason: Error): void {
    this.#forget(lane)
    // A primary that has become a standby answers on all of its lanes: none of them is good for a write.
    if (isReadOnly(reason)) for (const other of [...this.#lanes]) if (!other.taken) other.drop(reason)
    if (isSilence(reason)) this.#fellSilent(lane)
    this.#serve()
  }

  async end(): Promise<void> {
    this.#ended = true
    for (const { reject } of this.#waiters.splice(0)) reject(failure('CONNECTION_ENDED', 'the database is closed'))
    const until = performance.now() + 5_000
    while ([...this.#lanes].some((lane) => lane.users > 0) && performance.now() < until)
      await new Promise((resolve) => setTimeout(resolve, 5))
    for (const lane of this.#silent) lane.cut()
    await Promise.all([...this.#lanes].map((lane) => lane.end()))
  }

  #pick(alone: boolean): Lane | undefined {
    const lane = this.#free.pop() ?? this.#open() ?? (alone ? undefined : this.#shared())
    if (!lane) return undefined
    lane.users++
    lane.taken = alone
    return lane
  }

  #open(): Lane | undefined {
    if (this.#lanes.size + this.#silent.size >= this.#options.size) return undefined
    const lane = this.#options.make()
    this.#lanes.add(lane)
    return lane
  }

  #shared(): Lane | undefined {
    let least: Lane | undefined
    for (const lane of this.#lanes) if (!lane.taken && lane.users < (least?.users ?? maxShared)) least = lane
    return least
  }

  #serve(): void {
    for (let next = this.#waiters[0]; next && !this.#ended; next = this.#waiters[0]) {
      const lane = this.#pick(next.alone)
      if (!lane) return
      this.#waiters.shift()
      next.resolve(lane)
    }
  }

  #fellSilent(lane: Lane): void {
    this.#silent.add(lane)
    void lane.linger(this.#holdMs()).then(() => {
      this.#silent.delete(lane)
      this.#serve()
    })
    // Who asks one thing after another would wait out the silence of each idle lane before a new one is tried.
    for (const other of [...this.#free]) other.drop(neighbourSilent())
    if (this.#isSilent()) for (const { reject } of this.#waiters.splice(0)) reject(allSilent())
  }

  #isSilent(): boolean {
    return this.#lanes.size === 0 && this.#silent.size >= this.#options.size
  }

  /** Short at first: the server has vanished, or freezes. A server that took new connections since and is silent on them waits. */
  #holdMs(): number {
    const now = performance.now()
    const silenceMs = this.#options.silenceMs ?? 0
    const longestMs = silenceMs * longestSilences
    if (now > this.#round.untilMs) {
      const holdMs = now < this.#round.untilMs + longestMs ? longestMs : silenceMs
      this.#round = { holdMs, untilMs: now + holdMs }
    }
    return this.#round.holdMs
  }

  #forget(lane: Lane): void {
    this.#lanes.delete(lane)
    this.#free = this.#free.filter((one) => one !== lane)
  }
}

function neighbourSilent(): Error {
  return failure('CONNECTION_CLOSED', 'given up: the server said nothing on another connection')
}

function allSilent(): Error {
  return failure('ETIMEDOUT', 'the database says nothing on any connection')
}
