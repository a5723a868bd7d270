import type { Chain } from '@species/contracts'

/**
 * The genuine USDT of each chain, by address: names and symbols prove nothing. BSC's has 18 decimals, POLYGON's contract is
 * the one that calls itself USDT0 now. EVM addresses lower-case, TRON's as base58check.
 */
export const genuineUsdt: Readonly<Record<Chain, { readonly address: string; readonly decimals: number }>> = {
  ETH: { address: '0xdac17f958d2ee523a2206206994597c13d831ec7', decimals: 6 },
  BSC: { address: '0x55d398326f99059ff775485246999027b3197955', decimals: 18 },
  POLYGON: { address: '0xc2132d05d31c914a87c6611c10748aeb04b58e8f', decimals: 6 },
  TRON: { address: 'TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t', decimals: 6 },
}

/** Base units of a chain's USDT in micro-units, floored. */
export function toMicro(chain: Chain, rawValue: bigint): bigint {
  return rawValue / 10n ** BigInt(genuineUsdt[chain].decimals - 6)
}

/** An address as it is compared: on EVM chains case means nothing, on TRON it does. */
export function comparable(chain: Chain, address: string): string {
  return chain === 'TRON' ? address : address.toLowerCase()
}

/** A transaction hash in the one form in which it is claimed; undefined where the proof is no hash of that chain. */
export function normaliseHash(chain: Chain, proof: string): string | undefined {
  const digits = /^(?:0x|0X)?([0-9a-fA-F]{64})$/.exec(proof)?.[1]?.toLowerCase()
  if (digits === undefined) return undefined
  return chain === 'TRON' ? digits : `0x${digits}`
}
