import type { Chain } from '@species/contracts'
import { genuineUsdt } from '@species/kernel'

export { genuineUsdt }

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
  const digits = /^(?:0x)?([0-9a-fA-F]{64})$/.exec(proof)?.[1]?.toLowerCase()
  if (digits === undefined) return undefined
  return chain === 'TRON' ? digits : `0x${digits}`
}
