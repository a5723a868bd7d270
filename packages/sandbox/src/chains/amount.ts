const maxUint256 = (1n << 256n) - 1n

/** Base units of a decimal amount; undefined when it is no amount or has more places than the token. */
export function toBaseUnits(amount: string, decimals: number): string | undefined {
  const parts = /^(0|[1-9][0-9]{0,59})(?:\.([0-9]{1,60}))?$/.exec(amount)
  if (parts === null) return undefined
  const fraction = parts[2] ?? ''
  if (fraction.length > decimals) return undefined
  return checkBaseUnits((parts[1] ?? '') + fraction.padEnd(decimals, '0'))
}

/** Canonical form of an integer string that fits a uint256; undefined when it does not. */
export function checkBaseUnits(text: string): string | undefined {
  if (!/^[0-9]{1,78}$/.test(text)) return undefined
  const value = BigInt(text)
  return value > maxUint256 ? undefined : value.toString()
}
