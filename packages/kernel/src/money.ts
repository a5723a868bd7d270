import { type Result, ok, refuse } from './result.ts'

declare const brand: unique symbol
type Branded<Name extends string> = bigint & { readonly [brand]: Name }

/** USDT in micro-units (scale 6). */
export type MicroUsdt = Branded<'MicroUsdt'>
/** SPECIES in whole units (scale 0). */
export type Units = Branded<'Units'>

/** The two assets of the ledger and the number of decimal places of each. */
export const assetScale = { USDT: 6, SPECIES: 0 } as const
export type Asset = keyof typeof assetScale

/** The largest quantity the ledger keeps: a signed 64-bit integer in the database, with room to add. */
export const maxQuantity = 4_000_000_000_000_000_000n

export function microUsdt(value: bigint): MicroUsdt {
  return value as MicroUsdt
}
export function units(value: bigint): Units {
  return value as Units
}

const decimalUsdt = /^(0|[1-9]\d{0,12})(?:\.(\d{1,6}))?$/

/** Reads a decimal USDT string such as `"12.5"`; at most 13 digits before and 6 after the point, no sign, no exponent. */
export function parseUsdt(text: string): Result<MicroUsdt> {
  const match = decimalUsdt.exec(text)
  if (!match) {
    return refuse(
      'invalid_amount',
      'A USDT amount is a decimal string such as "12.5", with at most six decimal places.',
    )
  }
  const [, whole = '0', fraction = ''] = match
  return ok(microUsdt(BigInt(whole) * 1_000_000n + BigInt(fraction.padEnd(6, '0'))))
}

/** Writes a quantity as a decimal string of its asset: USDT always with six places, SPECIES with none. */
export function formatQuantity(asset: Asset, quantity: bigint): string {
  const scale = assetScale[asset]
  if (scale === 0) return quantity.toString()
  const sign = quantity < 0n ? '-' : ''
  const digits = (quantity < 0n ? -quantity : quantity).toString().padStart(scale + 1, '0')
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}

/** Writes USDT micro-units as a decimal string with six places: `12500000n` is `"12.500000"`. */
export function formatUsdt(amount: bigint): string {
  return formatQuantity('USDT', amount)
}

/** The fee on `totalMicro`: floor(basis points × total / 10,000), in micro-units. */
export function feeOf(totalMicro: bigint, basisPoints: number): MicroUsdt {
  return microUsdt((totalMicro * BigInt(basisPoints)) / 10_000n)
}

/**
 * Splits `total` over `weights` by largest remainder, so that the parts always add up to `total`.
 * Ties go to the earlier part. All weights zero: everything goes to the first.
 */
export function splitByLargestRemainder(total: bigint, weights: readonly bigint[]): bigint[] {
  const sum = weights.reduce((a, b) => a + b, 0n)
  if (sum === 0n) return weights.map((_, index) => (index === 0 ? total : 0n))
  const parts = weights.map((weight) => (total * weight) / sum)
  const rest = Number(total - parts.reduce((a, b) => a + b, 0n))
  const byRemainder = weights
    .map((weight, index) => ({ index, remainder: (total * weight) % sum }))
    .sort((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1))
  for (const { index } of byRemainder.slice(0, rest)) parts[index] = (parts[index] ?? 0n) + 1n
  return parts
}
