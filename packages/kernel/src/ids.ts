/**
 * A UUID of version 7 (RFC 9562 section 5.7): 48 bits of Unix milliseconds, then randomness, so that keys sort by time.
 * Pure: the caller gives the time and ten random bytes.
 */
export function uuidV7(nowMs: number, random: Uint8Array): string {
  const hex = nowMs.toString(16).padStart(12, '0')
  const bytes = [...random.slice(0, 10)]
  bytes[0] = 0x70 | ((bytes[0] ?? 0) & 0x0f)
  bytes[2] = 0x80 | ((bytes[2] ?? 0) & 0x3f)
  const rest = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-${rest.slice(0, 4)}-${rest.slice(4, 8)}-${rest.slice(8)}`
}

/** Names no user may register: in an event they stand for the marketplace's own parties. */
export const reservedNames = ['treasury', 'liquidity_pool', 'market'] as const
export type ReservedName = (typeof reservedNames)[number]

export function isReservedName(name: string): name is ReservedName {
  return (reservedNames as readonly string[]).includes(name)
}

/**
 * The ledger's name for a payment: the transfer on its chain, so that it can be booked once only. One that had vanished and was
 * claimed again has another name, by its `life`: the first was booked and taken back for ever.
 */
export function paymentTransferId(claim: {
  readonly chain: string
  readonly hash: string
  readonly logIndex: number
  readonly life?: number | undefined
}): string {
  return `payment:${claim.chain}:${claim.hash}:${claim.logIndex}${lifeSuffix(claim)}`
}

/** What tells a payment that was claimed again from the lives of it that vanished; nothing for its first, as it was always named. */
export function lifeSuffix({ life = 0 }: { readonly life?: number | undefined }): string {
  return life === 0 ? '' : `:${life}`
}
