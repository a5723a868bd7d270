import { BulkheadRejectedError } from 'cockatiel'

export interface TurnOptions {
  /** Calls at the same time. */
  readonly atOnce: number
  /** Calls that begin in any one second; undefined: as many as there are. */
  readonly perSecond?: number | undefined
  /** Calls of one lane that wait; beyond that they are refused at once. */
  readonly waitingPerLane: number
}

/** A call that has its turn. It is over once, and says whether the partner was really asked. */
type Turn = (wasMade: boolean) => void

/** Lets calls to one partner begin in fair turns, as fast as the partner allows. */
export interface Turns {
  /**
   * Waits for a turn. Lanes take turns, so that work that has much to ask holds up no other. Rejects with BulkheadRejectedError where the
   * lane is full or the turn did not come in time.
   */
  take(lane: string): Promise<Turn>
  /** Begins no call for this time: the partner has said so. */
  pause(ms: number): void
  /** Calls that wait. */
  waiting(): number
}

const rateWindowMs = 1_000
/** A turn that does not come within this time is refused: the caller asks again later, in its own time. */
const patienceMs = 5_000

interface Waiting {
  readonly begin: (turn: Turn) => void
}

export function createTurns(options: TurnOptions): Turns {
  return new FairTurns(options)
}

class FairTurns implements Turns {
  readonly #options: TurnOptions
  readonly #perSecond: number
  /** In the order in which they have their turns; none is empty. */
  readonly #lanes = new Map<string, Waiting[]>()
  /** When the last calls began, oldest first: within a second no more than `perSecond`. */
  #begun: number[] = []
  #atWork = 0
  #pausedUntilMs = 0
  #timer: NodeJS.Timeout | undefined

  constructor(options: TurnOptions) {
    this.#options = options
    this.#perSecond = options.perSecond ?? Infinity
  }

  take(lane: string): Promise<Turn> {
    const { atOnce, waitingPerLane } = this.#options
    const refusal = (): Error => new BulkheadRejectedError(atOnce, waitingPerLane)
    const queue = this.#lanes.get(lane) ?? []
    if (queue.length >= waitingPerLane) return Promise.reject(refusal())
    return new Promise((resolve, reject) => {
      const one: Waiting = {
        begin(turn) {
          clearTimeout(impatience)
          resolve(turn)
        },
      }
      const impatience = setTimeout(() => {
        this.#leave(lane, one)
        reject(refusal())
      }, patienceMs)
      queue.push(one)
      this.#lanes.set(lane, queue)
      this.#serve()
    })
  }

  pause(ms: number): void {
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, performance.now() + ms)
  }

  waiting(): number {
    return [...this.#lanes.values()].reduce((sum, queue) => sum + queue.length, 0)
  }

  /** Begins what may begin now, and comes back when more may. */
  #serve(): void {
    clearTimeout(this.#timer)
    while (this.#atWork < this.#options.atOnce && this.#lanes.size > 0) {
      const nowMs = performance.now()
      const restMs = this.#restMs(nowMs)
      if (restMs > 0) {
        this.#timer = setTimeout(() => {
          this.#serve()
        }, Math.ceil(restMs))
        return
      }
      this.#next()?.begin(this.#begin(nowMs))
    }
  }

  #restMs(nowMs: number): number {
    this.#begun = this.#begun.filter((at) => nowMs - at < rateWindowMs)
    const oldest = this.#begun.length >= this.#perSecond ? this.#begun[0] : undefined
    return Math.max(this.#pausedUntilMs - nowMs, oldest === undefined ? 0 : oldest + rateWindowMs - nowMs)
  }

  /** The lane goes to the end, behind those that wait with it. */
  #next(): Waiting | undefined {
    const [first] = this.#lanes
    if (first === undefined) return undefined
    const [lane, queue] = first
    const waiting = queue.shift()
    this.#lanes.delete(lane)
    if (queue.length > 0) this.#lanes.set(lane, queue)
    return waiting
  }

  #begin(nowMs: number): Turn {
    this.#atWork++
    if (this.#perSecond !== Infinity) this.#begun.push(nowMs)
    return (wasMade) => {
      this.#atWork--
      const place = this.#begun.indexOf(nowMs)
      if (!wasMade && place >= 0) this.#begun.splice(place, 1)
      this.#serve()
    }
  }

  #leave(lane: string, one: Waiting): void {
    const left = this.#lanes.get(lane)?.filter((other) => other !== one) ?? []
    if (left.length > 0) this.#lanes.set(lane, left)
    else this.#lanes.delete(lane)
  }
}
