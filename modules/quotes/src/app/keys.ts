import type { TransferName } from '@species/contracts'

/** The name of a transfer on its chain, as a key. */
export const keyOf = (one: TransferName): string => [one.hash, one.fromAddress, one.rawValue, one.nth].join(' ')
