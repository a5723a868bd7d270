import { type EventKeyRow, type State, endStates, states } from '@species/contracts'
import type { MarketplaceApiDeps } from './deps.ts'
import { type EventStatus, ownEvent, statusOf } from './event-status.ts'

/** The rows of an event are asked this soon, and then less and less often: messages can be lost. */
const firstAskMs = 3_000
const longestAskMs = 30_000

/** A state and why the event is there. */
export type ToldState = Omit<EventStatus, 'eventId' | 'ended' | 'since'>

/** Hears every state of an event, the present one first, and a state again where the why has changed. Never the same twice in a row. */
type StateListener = (told: ToldState) => void

/** States that say little without their why, which the rows know: these are read before they are told. */
const needWhy: ReadonlySet<State> = new Set(['waiting', 'review', 'failed'])

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

const isEnd = (state: State | undefined): boolean => (endStates as readonly unknown[]).includes(state)

/** One event and all who watch it. */
class WatchedEvent {
  readonly #deps: Deps
  readonly #row: EventKeyRow
  /** Each with what it was told last, as text. */
  readonly #listeners = new Map<StateListener, string>()
  #last: ToldState | undefined
  #asking = false
  /** Heard while the rows were asked: they are asked again. */
  #heardMeanwhile: State | undefined
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
    this.#listeners.set(listener, '')
    this.#pauseMs = firstAskMs
    if (this.#last !== undefined) this.#tell(this.#last)
    void this.#ask()
    return () => {
      this.#listeners.delete(listener)
      if (!this.isWatched) clearTimeout(this.#timer)
    }
  }

  hear(state: State): void {
    if (needWhy.has(state)) void this.#ask(state)
    else this.#take({ state })
  }

  #take(told: ToldState): void {
    if (told.state !== this.#last?.state) this.#pauseMs = firstAskMs
    this.#last = told
    this.#tell(told)
  }

  #tell(now: ToldState): void {
    const text = JSON.stringify(now)
    for (const [listener, told] of [...this.#listeners]) {
      if (told === text) continue
      this.#listeners.set(listener, text)
      listener(now)
    }
  }

  /** Reads the rows and tells what they say. What was heard is newer: where they do not know of it yet it is told as it is. */
  async #ask(heard?: State): Promise<void> {
    if (this.#asking) {
      this.#heardMeanwhile = heard ?? this.#heardMeanwhile
      return
    }
    this.#asking = true
    const before = this.#last
    let read: ToldState | undefined
    try {
      const row = await ownEvent(this.#deps, this.#row.owner, this.#row.eventId)
      const { eventId: _, ended: __, since: ___, ...told } = await statusOf(this.#deps, row)
      read = told
    } catch (error) {
      this.#deps.log.warn({ eventKey: this.#row.eventKey, err: error }, 'a live stream could not ask for the state')
    }
    this.#asking = false
    // Another state was heard meanwhile, and is newer than both; but nothing comes after an end.
    if (this.#last === before || isEnd(heard)) {
      if (heard !== undefined && read?.state !== heard) this.#take({ state: heard })
      else if (read) this.#take(read)
    }
    const next = this.#heardMeanwhile
    this.#heardMeanwhile = undefined
    if (next !== undefined) void this.#ask(next)
    else if (this.isWatched) this.#askLater()
  }

  #askLater(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#ask(), this.#pauseMs)
    this.#pauseMs = Math.min(this.#pauseMs * 2, longestAskMs)
  }
}
