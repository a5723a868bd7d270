import type { Chain, ChainReader, ChainTransaction } from '@species/contracts'
import { type Outcome, notYet, unknown, yes } from '@species/kernel'
import type { Clock } from '@species/platform'
import type { Faults } from '../faults.ts'
import type { Random } from '@species/testing/random'
import type { Trace } from '../trace.ts'

export const simulatedChain: Chain = 'POLYGON'
export const depositAddress = '0x5ec1e55ec1e55ec1e55ec1e55ec1e55ec1e50001'
const usdtOfPolygon = '0xc2132d05d31c914a87c6611c10748aeb04b58e8f'
const blockMs = 2_000

/** A payment as it really is on the model's chain. */
export interface ModelPayment {
  readonly hash: string
  readonly payer: string
  readonly fromAddress: string
  readonly amountMicro: bigint
  readonly minedAtMs: number
  /** A reorganisation takes it away then, or the indexer loses it. */
  readonly goneAtMs: number
  /** When it is there again; where it is gone for good, never. */
  readonly backAtMs: number
  /** Away for so long that it vanishes, before it is back. */
  readonly isLost: boolean
  /** Where it is then: mined again at another log index, or at the one where it was, which an indexer had only lost. */
  readonly isMoved: boolean
}

/** A chain in memory: what is mined is there from its time on, until a reorganisation takes it away. */
export class ModelChain implements ChainReader {
  readonly chains = [simulatedChain]
  readonly payments = new Map<string, ModelPayment>()
  readonly #context: { clock: Clock; random: Random; faults: () => Faults; trace: Trace }
  readonly #slipped = new Set<string>()

  constructor(context: { clock: Clock; random: Random; faults: () => Faults; trace: Trace }) {
    this.#context = context
  }

  pay(payment: ModelPayment): void {
    this.payments.set(payment.hash, payment)
  }

  transaction(_chain: Chain, hash: string): Promise<Outcome<ChainTransaction>> {
    const answer = this.#answer(hash)
    this.#context.trace.note(`chain ${hash.slice(2, 8)} ${answer.kind}`)
    return Promise.resolve(answer)
  }

  #answer(hash: string): Outcome<ChainTransaction> {
    const { clock, random, faults } = this.#context
    const nowMs = clock.now()
    if (random.chance(faults().silent)) return unknown('simulated silence')
    const payment = this.payments.get(hash)
    if (!payment || nowMs < payment.minedAtMs) return notYet('not_found')
    if (nowMs >= payment.goneAtMs && nowMs < payment.backAtMs) return notYet('not_found')
    if (!this.#slipped.has(hash) && random.chance(faults().late)) {
      // Once a payment: two absences in a row are a reorganisation by anybody's reading.
      this.#slipped.add(hash)
      return notYet('not_found')
    }
    const isMinedAgain = nowMs >= payment.backAtMs && payment.isMoved
    const minedAtMs = isMinedAgain ? payment.backAtMs : payment.minedAtMs
    return yes({
      chain: simulatedChain,
      hash,
      succeeded: true,
      blockNumber: 1_000 + Math.floor(minedAtMs / blockMs),
      blockTimeMs: minedAtMs,
      confirmations: Math.floor((nowMs - minedAtMs) / blockMs) + 1,
      transfers: [
        {
          logIndex: isMinedAgain ? 2 : 0,
          tokenAddress: usdtOfPolygon,
          fromAddress: payment.fromAddress,
          toAddress: depositAddress,
          rawValue: payment.amountMicro,
        },
      ],
    })
  }
}
