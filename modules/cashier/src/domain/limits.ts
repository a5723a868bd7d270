import type { StateBodies } from '@species/contracts'
import { bookOf } from '@species/contracts/intents'
import { type Refusal, type Result, ok, refuse } from '@species/kernel'

/** A bucket of a key's counters: what the key was charged in one short span of time. */
export interface Bucket {
  /** Of the first key, where it was rotated. */
  readonly keyId: string
  readonly windowName: string
}

/** What an event is charged: its own bucket takes the units, and all buckets of the window together must stay within the limit. */
export interface Charge extends Bucket {
  readonly units: bigint
  readonly limit: bigint
  /** `hour` or `day`, for people. */
  readonly window: WindowName
  /** The buckets that are counted: its own, and all that lie in the window by any part of theirs. */
  readonly counted: readonly string[]
}

const minuteMs = 60_000
/** How long the windows are, and how long the spans that they are counted in: some hundred spans, whatever the traffic. */
const windows = {
  hour: { bucket: 'minute', bucketMs: minuteMs, windowMs: 60 * minuteMs },
  day: { bucket: 'quarter', bucketMs: 15 * minuteMs, windowMs: 24 * 60 * minuteMs },
} as const
type WindowName = keyof typeof windows

/**
 * The buckets of a window that ends now. A bucket that lies in the window in part counts as a whole, so that no hour and no day,
 * wherever it begins, has more than the limit. The bucket after this moment counts too: another process's clock may be ahead.
 * Clock hours and days are what the version before charged; they count while they reach into the window.
 */
export function bucketsOf(window: WindowName, nowMs: number): { charged: string; counted: string[] } {
  const { bucket, bucketMs, windowMs } = windows[window]
  const nameAt = (ms: number): string => `${bucket}:${new Date(ms).toISOString().slice(0, 16)}`
  const current = nowMs - (nowMs % bucketMs)
  const counted = [nameAt(current + bucketMs)]
  for (let start = current; start > nowMs - windowMs - bucketMs; start -= bucketMs) counted.push(nameAt(start))
  const length = window === 'hour' ? 13 : 10
  for (const ms of [nowMs, nowMs - windowMs]) counted.push(`${window}:${new Date(ms).toISOString().slice(0, length)}`)
  return { charged: nameAt(current), counted }
}

/**
 * What a key's limits say of an event by themselves, and which counters it must be charged to: those of its key, or of the key that
 * it is the successor of.
 */
export function chargesOf(
  dossier: StateBodies['matched'],
  nowMs: number,
  allowanceId = dossier.keyId,
): Result<Charge[], Refusal<'limit_exceeded'>> {
  const { limits, match, intent } = dossier
  const keyId = allowanceId
  if (limits === undefined) return ok([])
  if (limits.intents && !limits.intents.includes(intent)) {
    return refuse('limit_exceeded', `This key may not ${intent}; it may ${limits.intents.join(', ')}.`)
  }
  const stranger = limits.counterparties && strangerAmong(limits.counterparties, dossier)
  if (stranger !== undefined)
    return refuse(
      'limit_exceeded',
      `This key may trade with ${limits.counterparties?.join(', ') || 'nobody'}, and not with ${stranger}.`,
    )
  // One's own units come back: nothing is traded.
  if (bookOf(intent) === 'takes back') return ok([])
  if (limits.unitsPerTrade !== undefined && match.units > limits.unitsPerTrade) {
    return refuse(
      'limit_exceeded',
      `This key trades at most ${limits.unitsPerTrade} units at once; the event has ${match.units}.`,
    )
  }
  const charge = (window: WindowName, limit: bigint | undefined): Charge[] => {
    if (limit === undefined) return []
    const { charged, counted } = bucketsOf(window, nowMs)
    return [{ keyId, windowName: charged, units: match.units, limit, window, counted }]
  }
  return ok([...charge('hour', limits.unitsPerHour), ...charge('day', limits.unitsPerDay)])
}

/** With whom an event deals and its key may not: a name, or that nobody can tell with whom it would be. */
function strangerAmong(
  allowed: readonly string[],
  { intent, event, match }: StateBodies['matched'],
): string | undefined {
  const isStranger = (name: string): boolean => !allowed.includes(name)
  switch (bookOf(intent)) {
    case 'takes back':
      return undefined
    case 'opens':
      // A listing is bought by whoever comes: only who may deal with the whole market may open one.
      return ['market'].find(isStranger)
    case 'buys':
      return [...(event.to === undefined ? [] : [event.to]), ...match.fills.map((fill) => fill.seller)].find(isStranger)
    case 'untouched':
      return event.to === undefined ? 'somebody who is not named' : [event.to].find(isStranger)
  }
}

/** The counters of one batch while their rows are locked. */
export class LimitBook {
  readonly #units = new Map<string, bigint>()
  readonly #touched = new Set<string>()

  constructor(counters: readonly { keyId: string; windowName: string; units: bigint }[]) {
    for (const counter of counters) this.#units.set(counterKey(counter), counter.units)
  }

  /** Charges all of them or none. */
  charge(charges: readonly Charge[]): Result<undefined, Refusal<'limit_exceeded'>> {
    for (const charge of charges) {
      const used = charge.counted.reduce((sum, windowName) => sum + this.#in({ keyId: charge.keyId, windowName }), 0n)
      if (used + charge.units > charge.limit) {
        return refuse(
          'limit_exceeded',
          `In the last ${charge.window} ${used} of ${charge.limit} units were used; ${charge.units} more would pass the limit.`,
        )
      }
    }
    for (const charge of charges) this.#add(charge, charge.units)
    return ok(undefined)
  }

  /** A window so old that its counter was cleared away has nothing to give back to. */
  giveBack(charges: readonly Pick<Charge, keyof Bucket | 'units'>[]): void {
    for (const charge of charges) {
      const used = this.#in(charge)
      this.#add(charge, used < charge.units ? -used : -charge.units)
    }
  }

  changed(): { keyId: string; windowName: string; units: bigint }[] {
    return [...this.#touched].map((key) => {
      const [keyId = '', windowName = ''] = key.split('\u0000')
      return { keyId, windowName, units: this.#units.get(key) ?? 0n }
    })
  }

  #in(bucket: Bucket): bigint {
    return this.#units.get(counterKey(bucket)) ?? 0n
  }

  #add(bucket: Bucket, units: bigint): void {
    const key = counterKey(bucket)
    this.#units.set(key, this.#in(bucket) + units)
    this.#touched.add(key)
  }
}

function counterKey(of: Bucket): string {
  return `${of.keyId}\u0000${of.windowName}`
}
