import { type Result, formatUsdt, ok, refuse } from '@species/kernel'

/** What an event holds of the liquidity pool, and for whom. */
export interface PoolHold {
  readonly holder: string
  readonly micro: bigint
}

/** What each redeemer of a batch holds of the liquidity pool: one user holds at most a share of it at a time. */
export class PoolShares {
  readonly #heldMicro: Map<string, bigint>
  readonly #basisPoints: number

  /** `basisPoints`: the share of the pool's money that one user may hold. */
  constructor(heldMicro: ReadonlyMap<string, bigint>, basisPoints: number) {
    this.#heldMicro = new Map(heldMicro)
    this.#basisPoints = basisPoints
  }

  /** Whether the user may hold so much more of a pool that has `poolMicro`, what is held included; micro-units. */
  check({ holder, micro }: PoolHold, poolMicro: bigint): Result<undefined> {
    const held = this.#heldMicro.get(holder) ?? 0n
    const most = (poolMicro * BigInt(this.#basisPoints)) / 10_000n
    if (held + micro <= most) return ok(undefined)
    return refuse(
      'pool_share_exceeded',
      `One user may hold at most ${formatUsdt(most)} USDT of the liquidity pool at a time. This redemption needs ${formatUsdt(micro)}, and your unfinished redemptions hold ${formatUsdt(held)}. Redeem fewer units now, and the rest when this has ended.`,
    )
  }

  hold({ holder, micro }: PoolHold): void {
    this.#heldMicro.set(holder, (this.#heldMicro.get(holder) ?? 0n) + micro)
  }
}
