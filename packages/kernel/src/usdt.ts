/**
 * The genuine USDT of each chain, by address: names and symbols prove nothing. BSC's has 18 decimals, POLYGON's contract is
 * the one that calls itself USDT0 now. EVM addresses lower-case, TRON's as base58check.
 */
export const genuineUsdt = {
  ETH: { address: '0xdac17f958d2ee523a2206206994597c13d831ec7', decimals: 6 },
  BSC: { address: '0x55d398326f99059ff775485246999027b3197955', decimals: 18 },
  POLYGON: { address: '0xc2132d05d31c914a87c6611c10748aeb04b58e8f', decimals: 6 },
  TRON: { address: 'TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t', decimals: 6 },
} as const
