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
  readonly refuse: () => void
}

export function createTurns(options: TurnOptions): Turns {
  const { atOnce, perSecond = Infinity, waitingPerLane } = options
  /** In the order in which they have their turns; none is empty. */
  const lanes = new Map<string, Waiting[]>()
  /** When the last calls began, oldest first: within a second no more than `perSecond`. */
  let begun: number[] = []
  let atWork = 0
  let pausedUntilMs = 0
  let timer: NodeJS.Timeout | undefined

  const next = (): Waiting | undefined => {
    const [first] = lanes
    if (first === undefined) return undefined
    const [lane, queue] = first
    const waiting = queue.shift()
    // The lane goes to the end, behind those that wait with it.
    lanes.delete(lane)
    if (queue.length > 0) lanes.set(lane, queue)
    return waiting
  }
  const restMs = (nowMs: number): number => {
    begun = begun.filter((at) => nowMs - at < rateWindowMs)
    const oldest = begun.length >= perSecond ? begun[0] : undefined
    return Math.max(pausedUntilMs - nowMs, oldest === undefined ? 0 : oldest + rateWindowMs - nowMs)
  }
  const serve = (): void => {
    clearTimeout(timer)
    timer = undefined
    while (atWork < atOnce && lanes.size > 0) {
      const nowMs = performance.now()
      const rest = restMs(nowMs)
      if (rest > 0) {
        timer = setTimeout(serve, Math.ceil(rest))
        return
      }
      next()?.begin(begin(nowMs))
    }
  }
  const begin = (nowMs: number): Turn => {
    atWork++
    if (perSecond !== Infinity) begun.push(nowMs)
    return (wasMade) => {
      atWork--
      if (!wasMade) begun.splice(begun.indexOf(nowMs) >>> 0, 1)
      serve()
    }
  }
  const leave = (lane: string, one: Waiting): void => {
    const queue = lanes.get(lane)
    const place = queue?.indexOf(one) ?? -1
    if (queue === undefined || place < 0) return
    queue.splice(place, 1)
    if (queue.length === 0) lanes.delete(lane)
    one.refuse()
  }
  return {
    take: (lane) =>
      new Promise<Turn>((resolve, reject) => {
        const queue = lanes.get(lane) ?? []
        const isFree = atWork < atOnce && lanes.size === 0 && restMs(performance.now()) <= 0
        if (!isFree && queue.length >= waitingPerLane) {
          reject(new BulkheadRejectedError(atOnce, waitingPerLane))
          return
        }
        const impatience = setTimeout(() => {
          leave(lane, one)
        }, patienceMs)
        const one: Waiting = {
          begin(turn) {
            clearTimeout(impatience)
            resolve(turn)
          },
          refuse() {
            reject(new BulkheadRejectedError(atOnce, waitingPerLane))
          },
        }
        queue.push(one)
        lanes.set(lane, queue)
        serve()
      }),
    pause(ms) {
      pausedUntilMs = Math.max(pausedUntilMs, performance.now() + ms)
    },
    waiting: () => [...lanes.values()].reduce((sum, queue) => sum + queue.length, 0),
  }
}
