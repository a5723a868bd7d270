import { type EventKeyRow, type State, endStates, states } from '@species/contracts'
import type { MarketplaceApiDeps } from './deps.ts'
import { ownEvent, statusOf } from './event-status.ts'

/** The rows of an event are asked this soon, and then less and less often: messages can be lost. */
const firstAskMs = 3_000
const longestAskMs = 30_000

/** Hears every state of an event, the present one first. Never the same state twice in a row. */
export type StateListener = (state: State) => void

export interface LiveStates {
  /** Tells the states of an event until the returned function is called. */
  follow(row: EventKeyRow, listener: StateListener): () => void
}

type Deps = Pick<MarketplaceApiDeps, 'bus' | 'database' | 'stages' | 'log'>

/**
 * The states of events that somebody watches. All who watch one event share one question to the database, and this process hears
 * each topic once, however many watch: what it costs does not grow with the number of streams.
 */
export function createLiveStates(deps: Deps): LiveStates {
  const watched = new Map<string, WatchedEvent>()
  let untaps: (() => void)[] = []
  const listen = (): void => {
    untaps = heardStates(deps.bus.durable).map((state) =>
      deps.bus.tap(state, (message) => {
        watched.get(message.key)?.hear(state)
      }),
    )
  }
  return {
    follow(row, listener) {
      if (watched.size === 0) listen()
      let event = watched.get(row.eventKey)
      if (!event) watched.set(row.eventKey, (event = new WatchedEvent(deps, row)))
      const leave = event.join(listener)
      const { eventKey } = row
      return () => {
        leave()
        if (!event.isWatched && watched.get(eventKey) === event) watched.delete(eventKey)
        if (watched.size > 0) return
        for (const untap of untaps) untap()
        untaps = []
      }
    },
  }
}

/**
 * What is worth hearing. Over a broker a state that somebody listens to is not handed over within a process any more, which costs
 * a quarter of the rate: there only what people wait for is heard, and the steps between are read from the rows.
 */
function heardStates(isBroker: boolean): readonly State[] {
  return isBroker ? [...endStates, 'waiting', 'review'] : states
}

/** One event and all who watch it. */
class WatchedEvent {
  readonly #deps: Deps
  readonly #row: EventKeyRow
  readonly #listeners = new Map<StateListener, State | undefined>()
  #last: State | undefined
  #asking = false
  #pauseMs = firstAskMs
  #timer: NodeJS.Timeout | undefined

  constructor(deps: Deps, row: EventKeyRow) {
    this.#deps = deps
    this.#row = row
  }

  get isWatched(): boolean {
    return this.#listeners.size > 0
  }

  join(listener: StateListener): () => void {
    this.#listeners.set(listener, undefined)
    this.#pauseMs = firstAskMs
    if (this.#last !== undefined) this.#tell(this.#last)
    void this.#ask()
    return () => {
      this.#listeners.delete(listener)
      if (!this.isWatched) clearTimeout(this.#timer)
    }
  }

  hear(state: State): void {
    if (state !== this.#last) this.#pauseMs = firstAskMs
    this.#last = state
    this.#tell(state)
  }

  #tell(state: State): void {
    for (const [listener, told] of [...this.#listeners]) {
      if (told === state) continue
      this.#listeners.set(listener, state)
      listener(state)
    }
  }

  async #ask(): Promise<void> {
    if (this.#asking) return
    this.#asking = true
    const heardBefore = this.#last
    try {
      const { state } = await statusOf(this.#deps, await ownEvent(this.#deps, this.#row.owner, this.#row.eventId))
      // What was heard meanwhile is newer than the rows as they were read.
      if (this.#last === heardBefore) this.hear(state)
    } catch (error) {
      this.#deps.log.warn({ eventKey: this.#row.eventKey, err: error }, 'a live stream could not ask for the state')
    } finally {
      this.#asking = false
      if (this.isWatched) this.#askLater()
    }
  }

  #askLater(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#ask(), this.#pauseMs)
    this.#pauseMs = Math.min(this.#pauseMs * 2, longestAskMs)
  }
}
