import { type MarketplaceEvent, type WireEvent, normaliseEvent, wireEventSchema } from '@species/contracts'
import type { Clock } from '@species/platform'
import type { Faults } from './faults.ts'
import { type ModelChain, type ModelPayment, simulatedChain } from './partners/chain.ts'
import type { Population, SimulatedUser } from './population.ts'
import type { Random } from '@species/testing/random'

/** What a caller sends, and what became of it at the door. */
export interface Sent {
  readonly event: MarketplaceEvent
  readonly rawBody: string
  /** The key it was accepted under, once he has been told. */
  eventKey: string | undefined
}

interface Context {
  readonly random: Random
  readonly clock: Clock
  readonly chain: ModelChain
  readonly faults: () => Faults
  readonly population: Population
}

/** Callers of a history: they send events of every intent, repeat themselves, and cite payments, their own and others'. */
export class Callers {
  readonly sent: Sent[] = []
  readonly #context: Context
  #unanswered: Sent[] = []
  #count = 0

  constructor(context: Context) {
    this.#context = context
  }

  /** The next request: mostly a new event, sometimes one that was sent before. */
  next(): Sent {
    const { random } = this.#context
    const unanswered = this.#unanswered.shift()
    if (unanswered) return unanswered
    if (this.sent.length > 0 && random.chance(0.1)) return random.pick(this.sent)
    const wire = wireEventSchema.parse({ ...this.#draw(), eventId: `simulated-${this.#count++}` })
    const sent: Sent = { event: normaliseEvent(wire), rawBody: JSON.stringify(wire), eventKey: undefined }
    this.sent.push(sent)
    return sent
  }

  /** Nobody answered: it is sent again, as it was. */
  again(sent: Sent): void {
    this.#unanswered.push(sent)
  }

  #draw(): Omit<WireEvent, 'eventId'> | Record<string, unknown> {
    const { random, population } = this.#context
    const user = random.pick(population.users)
    const amount = random.between(1, 8)
    const listingId = this.#someListing()
    const draw = random.next()
    if (draw < 0.25) {
      const to = random.pick(population.users).onliId
      return { from: user.onliId, to, amount }
    }
    if (draw < 0.45) {
      const unitPrice = random.pick(['0.9', '1', '1.25', undefined])
      const expiresAt = random.chance(0.5) ? this.#inSeconds(random.between(15, 120)) : undefined
      const putProceeds = { ...(unitPrice ? { unitPrice } : {}), ...(expiresAt ? { expiresAt } : {}) }
      return { from: user.onliId, to: 'market', amount, putProceeds }
    }
    if (draw < 0.55) return { from: user.onliId, to: 'liquidity_pool', amount }
    if (draw < 0.63 && listingId)
      return { from: random.chance(0.8) ? listingId.seller : user.onliId, delist: listingId.id }
    if (draw < 0.8) {
      const named = listingId && random.chance(0.4) ? { listingId: listingId.id } : { to: 'market' }
      const timeInForce = random.chance(0.5) ? { timeInForce: 'IOC' } : {}
      return { from: user.onliId, ...named, ...timeInForce, amount, payWith: this.#payWith(user, amount) }
    }
    return { from: user.onliId, to: 'treasury', amount, payWith: this.#payWith(user, amount) }
  }

  /** A listing that a sale has opened or will open. Its id is known to who has sold. */
  #someListing(): { id: string; seller: string } | undefined {
    const sales = this.sent.filter(({ event, eventKey }) => event.putProceeds !== undefined && eventKey !== undefined)
    if (sales.length === 0) return undefined
    const { event, eventKey = '' } = this.#context.random.pick(sales)
    return { id: `lst_${eventKey.replaceAll('-', '')}`, seller: event.from }
  }

  #payWith(user: SimulatedUser, units: number): NonNullable<WireEvent['payWith']> | Record<string, unknown> {
    const { random, chain } = this.#context
    const known = [...chain.payments.keys()]
    if (random.chance(0.4)) return { source: 'credit' }
    // Now and then somebody cites a payment that is not his, or one of his own a second time.
    const own = known.filter((hash) => chain.payments.get(hash)?.payer === user.onliId)
    const cited = random.chance(0.35) && own.length > 0 ? random.pick(own) : undefined
    const stolen = random.chance(0.12) && known.length > 0 ? random.pick(known) : undefined
    return { chain: simulatedChain, proof: cited ?? stolen ?? this.#pay(user, units).hash }
  }

  #pay(user: SimulatedUser, units: number): ModelPayment {
    const { random, chain, clock, faults } = this.#context
    const due = BigInt(units) * 1_250_000n
    const minedAtMs = clock.now() + random.pick([-20_000, -3_000, 0, 4_000, 15_000, 50_000, 100_000])
    const isForGood = random.chance(faults().reorganises)
    const isLost = !isForGood && random.chance(faults().loses)
    const isTaken = random.chance(faults().minesAgain) || isForGood || isLost
    const goneAtMs = isTaken ? Math.max(minedAtMs, clock.now()) + random.between(1_000, 30_000) : Infinity
    const payment: ModelPayment = {
      hash: `0x${String(chain.payments.size + 1).padStart(64, 'a')}`,
      payer: user.onliId,
      fromAddress: user.wallet,
      amountMicro: random.pick([(due * 1_005n) / 1_000n, due * 2n, due / 2n]),
      minedAtMs,
      goneAtMs,
      // Sooner than anybody may take it for gone, or later than that.
      backAtMs: isForGood ? Infinity : goneAtMs + (isLost ? random.between(40_000, 150_000) : random.between(0, 9_000)),
      isLost,
      isMoved: !isLost || random.chance(0.5),
    }
    chain.pay(payment)
    return payment
  }

  #inSeconds(seconds: number): string {
    return new Date(this.#context.clock.now() + seconds * 1_000).toISOString()
  }
}
