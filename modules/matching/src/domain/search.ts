import type { Listing } from './listing.ts'
import { type Means, canPay } from './means.ts'

/** How many listings one purchase takes from at most: it bounds the receipt and every message of the event. */
export const maxFills = 100

export interface Take {
  readonly listing: Listing
  readonly units: bigint
}

/**
 * The class of a listing's size: sizes up to 15 are their own, above it is the four leading binary digits that count, so that the
 * next class is at most an eighth larger. The database has the same function and an index by it.
 */
export function sizeClassOf(units: bigint): number {
  const shift = Math.max(units.toString(2).length - 4, 0)
  return shift * 8 + Number(units >> BigInt(shift))
}
/** Of 63 binary digits. */
export const largestSizeClass = 487

/**
 * A purchase collects units from the listings that it is offered, cheapest first. Where more listings are needed than one purchase
 * may take from, one of a larger class takes the place of the smallest: so it goes as deep as it must and no deeper, and small
 * listings in front cannot block it. It ends where it is filled, or costs more than its buyer can pay.
 */
export class Search {
  readonly #wanted: bigint
  readonly #means: Means | undefined
  readonly #takes: Take[] = []
  #found = 0n
  #costMicro = 0n
  #passedOver = 0

  constructor(order: { readonly units: bigint; readonly means?: Means | undefined }) {
    this.#wanted = order.units
    this.#means = order.means
  }

  get isFilled(): boolean {
    return this.#found === this.#wanted
  }

  /** It costs more than its buyer can pay, and would cost no less if it went on: units are only added, and none is cheaper. */
  get isOver(): boolean {
    return this.#means !== undefined && !canPay(this.#means, this.#costMicro)
  }

  get isDone(): boolean {
    return this.isFilled || this.isOver
  }

  /** It has as many listings as one purchase may take from, so that more units come only from larger ones. */
  get isFull(): boolean {
    return this.#takes.length === maxFills
  }

  /** Listings of this size class and those below change nothing any more; zero while every listing counts. It never falls. */
  get passedOver(): number {
    return this.#passedOver
  }

  get found(): bigint {
    return this.#found
  }

  /** The price of what was found, micro-units. */
  get costMicro(): bigint {
    return this.#costMicro
  }

  get takes(): readonly Take[] {
    return this.#takes
  }

  /** Listings must come in their order. Until the search is filled it takes all units of each. */
  offer(listing: Listing): void {
    if (this.isDone || sizeClassOf(listing.unitsAvailable) <= this.#passedOver) return
    if (this.isFull) this.#dropSmallest()
    const missing = this.#wanted - this.#found
    const take = { listing, units: listing.unitsAvailable < missing ? listing.unitsAvailable : missing }
    this.#takes.push(take)
    this.#count(take, 1n)
    if (this.isFull) this.#passedOver = sizeClassOf(leastOf(this.#takes))
  }

  /** Of several that are smallest the dearest goes. */
  #dropSmallest(): void {
    const least = leastOf(this.#takes)
    const at = this.#takes.findLastIndex(({ units }) => units === least)
    for (const take of this.#takes.splice(at, 1)) this.#count(take, -1n)
  }

  #count({ listing, units }: Take, sign: bigint): void {
    this.#found += sign * units
    this.#costMicro += sign * units * listing.unitPriceMicro
  }
}

function leastOf(takes: readonly Take[]): bigint {
  return takes.reduce((least, { units }) => (units < least ? units : least), takes[0]?.units ?? 0n)
}
