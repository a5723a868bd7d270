/** The four simulated chains, and what is true of each whatever happens on it. */
export const chainNames = ['ETH', 'BSC', 'POLYGON', 'TRON'] as const
export type ChainName = (typeof chainNames)[number]

export interface ChainProfile {
  readonly name: ChainName
  readonly family: 'evm' | 'tron'
  /** Genuine USDT contract, 20 bytes as lower-case hex without any prefix. */
  readonly usdt: string
  readonly usdtDecimals: number
  /** The first simulated block; heights look like the real chain's so that nothing can rely on small numbers. */
  readonly startHeight: number
  /** Spacing of the history that exists before the first transfer. */
  readonly naturalBlockMs: number
}

export const chainProfiles: Readonly<Record<ChainName, ChainProfile>> = {
  ETH: {
    name: 'ETH',
    family: 'evm',
    usdt: 'dac17f958d2ee523a2206206994597c13d831ec7',
    usdtDecimals: 6,
    startHeight: 23_000_000,
    naturalBlockMs: 12_000,
  },
  BSC: {
    name: 'BSC',
    family: 'evm',
    usdt: '55d398326f99059ff775485246999027b3197955',
    usdtDecimals: 18,
    startHeight: 60_000_000,
    naturalBlockMs: 3_000,
  },
  POLYGON: {
    name: 'POLYGON',
    family: 'evm',
    usdt: 'c2132d05d31c914a87c6611c10748aeb04b58e8f',
    usdtDecimals: 6,
    startHeight: 75_000_000,
    naturalBlockMs: 2_000,
  },
  TRON: {
    name: 'TRON',
    family: 'tron',
    usdt: 'a614f803b6fd780986a42c78ec9c7f77e6ded13c',
    usdtDecimals: 6,
    startHeight: 76_000_000,
    naturalBlockMs: 3_000,
  },
}

/** Blocks that exist below the first transfer, so that a reorganisation has something to drop on a fresh chain. */
export const historyBlocks = 1_000

/** A TRON block is final once it has this many confirmations, itself included. */
export const tronSolidConfirmations = 19

/** So many of the newest blocks are found by hash, besides those with a transaction. */
export const blocksFoundByHash = 1_000
