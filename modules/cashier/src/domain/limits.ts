import type { StateBodies } from '@species/contracts'
import { bookOf } from '@species/contracts/intents'
import { type Refusal, type Result, formatQuantity, formatUsdt, ok, refuse } from '@species/kernel'
import type { Posting } from './posting.ts'

/** A bucket of a key's counters: what the key was charged in one short span of time. */
export interface Bucket {
  /** Of the first key, where it was rotated. */
  readonly keyId: string
  readonly windowName: string
}

/** What an event is charged: its own bucket takes the units (or micro-USDT), and all buckets of the window together must stay within the limit. */
export interface Charge extends Bucket {
  readonly units: bigint
  /** Absent: it is counted and not bounded, as for an agent whose next mandate may bound it. */
  readonly limit: bigint | undefined
  /** `hour`, `day` or `month`, for people. */
  readonly window: WindowName
  readonly asset: Asset
  /** The buckets that are counted: its own, and all that lie in the window by any part of theirs. */
  readonly counted: readonly string[]
}

const minuteMs = 60_000
/** How buckets of a month are marked in their names. */
export const sixHours = '6h'
/** How long the windows are, and how long the spans that they are counted in: some hundred spans, whatever the traffic. */
const windows = {
  hour: { bucket: 'minute', bucketMs: minuteMs, windowMs: 60 * minuteMs },
  day: { bucket: 'quarter', bucketMs: 15 * minuteMs, windowMs: 24 * 60 * minuteMs },
  // A name that no older code takes for a time, so that none clears these buckets away with those of a day.
  month: { bucket: `month:${sixHours}`, bucketMs: 6 * 60 * minuteMs, windowMs: 30 * 24 * 60 * minuteMs },
} as const
export type WindowName = keyof typeof windows
export type Asset = 'SPECIES' | 'USDT'

// Of an instant that is given: no clock is asked.
// eslint-disable-next-line no-restricted-globals
const isoOf = (ms: number): string => new Date(ms).toISOString()

/**
 * The buckets of a window that ends now. A bucket that lies in the window in part counts as a whole, so that no hour and no day,
 * wherever it begins, has more than the limit. The bucket after this moment counts too: another process's clock may be ahead.
 * Clock hours and days are what the version before charged; they count while they reach into the window.
 */
export function bucketsOf(window: WindowName, asset: Asset, nowMs: number): { charged: string; counted: string[] } {
  const { bucket, bucketMs, windowMs } = windows[window]
  const prefix = asset === 'USDT' ? 'usdt-' : ''
  const nameAt = (ms: number): string => `${prefix}${bucket}:${isoOf(ms).slice(0, 16)}`
  const current = nowMs - (nowMs % bucketMs)
  const counted = [nameAt(current + bucketMs)]
  for (let start = current; start > nowMs - windowMs - bucketMs; start -= bucketMs) counted.push(nameAt(start))
  if (asset === 'USDT' || window === 'month') return { charged: nameAt(current), counted }
  const length = window === 'hour' ? 13 : 10
  for (const ms of [nowMs, nowMs - windowMs]) counted.push(`${window}:${isoOf(ms).slice(0, length)}`)
  return { charged: nameAt(current), counted }
}

/**
 * What a key's limits say of an event by themselves, and which counters it must be charged to: those of its key, or of the key that
 * it is the successor of.
 */
export function chargesOf(
  dossier: StateBodies['matched'],
  { lines }: Pick<Posting, 'lines'>,
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
  const movedMicro = movedMicroOf(lines)
  if (limits.usdtPerTrade !== undefined && movedMicro > limits.usdtPerTrade) {
    return refuse(
      'limit_exceeded',
      `This key moves at most ${formatUsdt(limits.usdtPerTrade)} USDT at once; the event moves ${formatUsdt(movedMicro)}.`,
    )
  }
  const charge = (window: WindowName, asset: Asset, limit: bigint | undefined): Charge[] => {
    const units = asset === 'USDT' ? movedMicro : match.units
    if (limit === undefined || units === 0n) return []
    const { charged, counted } = bucketsOf(window, asset, nowMs)
    return [{ keyId, windowName: charged, units, limit, window, asset, counted }]
  }
  return ok([
    ...charge('hour', 'SPECIES', limits.unitsPerHour),
    ...charge('day', 'SPECIES', limits.unitsPerDay),
    ...charge('hour', 'USDT', limits.usdtPerHour),
    ...charge('day', 'USDT', limits.usdtPerDay),
  ])
}

/** The micro-USDT that an event moves when it is funded: what a buyer pays, or the pool, with the fee. */
export function movedMicroOf(lines: Posting['lines']): bigint {
  return lines.reduce((sum, { asset, amount }) => (asset === 'USDT' && amount < 0n ? sum - amount : sum), 0n)
}

/** With whom an event deals and its key may not: a name, or that nobody can tell with whom it would be. */
export function strangerAmong(
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
      const used = this.used(charge)
      if (charge.limit !== undefined && used + charge.units > charge.limit)
        return refuse('limit_exceeded', inWords({ ...charge, limit: charge.limit }, used))
    }
    for (const charge of charges) this.#add(charge, charge.units)
    return ok(undefined)
  }

  /** What was charged in the window, all its buckets together. */
  used({ keyId, counted }: Pick<Charge, 'keyId' | 'counted'>): bigint {
    return counted.reduce((sum, windowName) => sum + this.#in({ keyId, windowName }), 0n)
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

function inWords(
  { window, asset, limit, units }: Pick<Charge, 'window' | 'asset' | 'units'> & { limit: bigint },
  used: bigint,
): string {
  const [spent, most, more] = [used, limit, units].map((one) => formatQuantity(asset, one))
  return `In the last ${window} ${spent} of ${most} ${asset} were used; ${more} more would pass the limit.`
}

function counterKey(of: Bucket): string {
  return `${of.keyId}\u0000${of.windowName}`
}
