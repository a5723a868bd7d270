import type { NewEvent } from '@species/sdk'

/** What an act needs of the world it is played in. */
interface Props {
  pay(name: string, amount: string): Promise<string>
  sell(name: string, units: number, unitPrice: string): Promise<string>
}

/**
 * Something that is played and killed in the middle of. It says by plain arithmetic of its own what must be true afterwards;
 * it does not ask the marketplace.
 */
export interface Act {
  readonly name: string
  readonly ends: 'completed' | 'failed'
  /** Makes what it needs (a payment, a listing) and gives the event, and what changes if it ends as it must. */
  prepare(world: Props): Promise<{ event: Omit<NewEvent, 'eventId'>; as: 'alice' | 'bob'; effect: Effect }>
}

/** Change of units in vaults and of USDT credit, in micro-units. */
export interface Effect {
  readonly units: Readonly<Record<string, number>>
  readonly creditMicro?: Readonly<Record<string, number>>
  readonly payableMicro?: Readonly<Record<string, number>>
}

const usdt = 1_000_000

export const acts: readonly Act[] = [
  {
    name: 'TRANSFER',
    ends: 'completed',
    prepare: () =>
      Promise.resolve({
        as: 'alice',
        event: { from: 'alice', to: 'bob', amount: 3 },
        effect: { units: { alice: -3, bob: 3 } },
      }),
  },
  {
    name: 'BUY_TREASURY',
    ends: 'completed',
    async prepare(world) {
      // Price 1 USDT and 50 basis points: 10 units cost 10.05; 12 are paid, 1.95 stay as credit.
      const proof = await world.pay('alice', '12')
      return {
        as: 'alice',
        event: { from: 'alice', to: 'treasury', amount: 10, payWith: { chain: 'ETH', proof } },
        effect: { units: { alice: 10 }, creditMicro: { alice: 1.95 * usdt } },
      }
    },
  },
  {
    name: 'SELL_MARKET',
    ends: 'completed',
    prepare: () =>
      Promise.resolve({
        as: 'alice',
        event: { from: 'alice', to: 'market', amount: 4, putProceeds: { unitPrice: '2' } },
        effect: { units: { alice: -4, escrow: 4 } },
      }),
  },
  {
    name: 'BUY_MARKET',
    ends: 'completed',
    async prepare(world) {
      const listingId = await world.sell('alice', 2, '2')
      const proof = await world.pay('bob', '5')
      // Two units at 2 USDT and 50 basis points: 4.02; 5 are paid.
      return {
        as: 'bob',
        event: { from: 'bob', listingId, amount: 2, payWith: { chain: 'ETH', proof } },
        effect: { units: { escrow: -2, bob: 2 }, creditMicro: { bob: 0.98 * usdt }, payableMicro: { alice: 4 * usdt } },
      }
    },
  },
  {
    name: 'REDEEM',
    ends: 'completed',
    prepare: () =>
      Promise.resolve({
        as: 'alice',
        event: { from: 'alice', to: 'liquidity_pool', amount: 2 },
        effect: { units: { alice: -2, pool: 2 }, payableMicro: { alice: 2 * usdt } },
      }),
  },
  {
    name: 'DELIST',
    ends: 'completed',
    async prepare(world) {
      const listingId = await world.sell('alice', 3, '9')
      return { as: 'alice', event: { from: 'alice', delist: listingId }, effect: { units: { escrow: -3, alice: 3 } } }
    },
  },
  {
    name: 'TRANSFER of more than there is',
    ends: 'failed',
    prepare: () =>
      Promise.resolve({ as: 'bob', event: { from: 'bob', to: 'alice', amount: 9_000_000 }, effect: { units: {} } }),
  },
  {
    name: 'BUY_TREASURY with too little money',
    ends: 'failed',
    async prepare(world) {
      const proof = await world.pay('bob', '1.5')
      return {
        as: 'bob',
        event: { from: 'bob', to: 'treasury', amount: 10, payWith: { chain: 'ETH', proof } },
        effect: { units: {}, creditMicro: { bob: 1.5 * usdt } },
      }
    },
  },
]
