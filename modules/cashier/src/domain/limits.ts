import type { StateBodies } from '@species/contracts'
import { bookOf } from '@species/contracts/intents'
import { type Refusal, type Result, ok, refuse } from '@species/kernel'

/** A counter of a key, as it is charged with the hold. */
export interface Charge {
  /** Of the first key, where it was rotated. */
  readonly keyId: string
  readonly windowName: string
  readonly units: bigint
  /** Undefined: counted, not bounded. */
  readonly limit: bigint
}

/** The windows a moment falls into: clock hours and days, UTC. */
export function windowsOf(nowIso: string): { hour: string; day: string } {
  return { hour: `hour:${nowIso.slice(0, 13)}`, day: `day:${nowIso.slice(0, 10)}` }
}

/**
 * What a key's limits say of an event by themselves, and which counters it must be charged to: those of its key, or of the key that
 * it is the successor of.
 */
export function chargesOf(
  dossier: StateBodies['matched'],
  nowIso: string,
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
  const windows = windowsOf(nowIso)
  return ok([
    ...(limits.unitsPerHour === undefined
      ? []
      : [{ keyId, windowName: windows.hour, units: match.units, limit: limits.unitsPerHour }]),
    ...(limits.unitsPerDay === undefined
      ? []
      : [{ keyId, windowName: windows.day, units: match.units, limit: limits.unitsPerDay }]),
  ])
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
      const used = this.#units.get(counterKey(charge)) ?? 0n
      if (used + charge.units > charge.limit) {
        return refuse(
          'limit_exceeded',
          `${charge.windowName}: ${used} of ${charge.limit} units are used; ${charge.units} more would pass the limit.`,
        )
      }
    }
    for (const charge of charges) this.#add(charge, charge.units)
    return ok(undefined)
  }

  /** A window so old that its counter was cleared away has nothing to give back to. */
  giveBack(charges: readonly Pick<Charge, 'keyId' | 'windowName' | 'units'>[]): void {
    for (const charge of charges) {
      const used = this.#units.get(counterKey(charge)) ?? 0n
      this.#add(charge, used < charge.units ? -used : -charge.units)
    }
  }

  changed(): { keyId: string; windowName: string; units: bigint }[] {
    return [...this.#touched].map((key) => {
      const [keyId = '', windowName = ''] = key.split('\u0000')
      return { keyId, windowName, units: this.#units.get(key) ?? 0n }
    })
  }

  #add(charge: Pick<Charge, 'keyId' | 'windowName'>, units: bigint): void {
    const key = counterKey(charge)
    this.#units.set(key, (this.#units.get(key) ?? 0n) + units)
    this.#touched.add(key)
  }
}

function counterKey(of: { keyId: string; windowName: string }): string {
  return `${of.keyId}\u0000${of.windowName}`
}
