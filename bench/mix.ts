/** The share of each intent in the measured load. */
export const mix = { TRANSFER: 0.6, BUY_MARKET: 0.2, SELL_MARKET: 0.1, BUY_TREASURY: 0.05, REDEEM: 0.05 } as const
export type MixIntent = keyof typeof mix

export interface MixUsers {
  /** Have units: they transfer, sell and redeem. */
  readonly holders: readonly string[]
  /** Have credit: they buy. */
  readonly buyers: readonly string[]
}

export interface MixEvent {
  readonly eventId: string
  readonly from: string
  readonly [field: string]: unknown
}

/** The next event of the mix. A sale offers four units and a purchase takes one, so that the book never runs dry. */
export function nextEvent(random: () => number, users: MixUsers, eventId: string): MixEvent {
  const intent = drawn(random())
  const credit = { payWith: { source: 'credit' } }
  switch (intent) {
    case 'TRANSFER': {
      const from = pick(random, users.holders)
      let to = pick(random, users.holders)
      while (to === from) to = pick(random, users.holders)
      return { eventId, from, to, amount: 1 }
    }
    case 'BUY_MARKET':
      return { eventId, from: pick(random, users.buyers), to: 'market', amount: 1, ...credit }
    case 'SELL_MARKET':
      return { eventId, from: pick(random, users.holders), to: 'market', amount: 4, putProceeds: {} }
    case 'BUY_TREASURY':
      return { eventId, from: pick(random, users.buyers), to: 'treasury', amount: 1, ...credit }
    case 'REDEEM':
      return { eventId, from: pick(random, users.holders), to: 'liquidity_pool', amount: 1 }
  }
}

function drawn(point: number): MixIntent {
  let sum = 0
  for (const [intent, share] of Object.entries(mix)) {
    sum += share
    if (point < sum) return intent as MixIntent
  }
  return 'TRANSFER'
}

function pick(random: () => number, names: readonly string[]): string {
  const name = names[Math.floor(random() * names.length)]
  if (name === undefined) throw new Error('nobody to pick')
  return name
}
