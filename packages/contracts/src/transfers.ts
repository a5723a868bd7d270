import { type Chain, comparableAddress, familyOf, usdtOf } from './chains.ts'

/** One USDT-like transfer log of a transaction, decoded. Addresses: EVM lower-case 0x…, TRON base58check. */
export interface ChainTransfer {
  readonly logIndex: number
  readonly tokenAddress: string
  readonly fromAddress: string
  readonly toAddress: string
  /** Base units of the token, before any scale. */
  readonly rawValue: bigint
}

/** A transaction as its chain shows it now. */
export interface ChainTransaction {
  readonly chain: Chain
  /** Normalised: EVM 0x and 64 lower-case digits, TRON 64 lower-case digits. */
  readonly hash: string
  readonly succeeded: boolean
  readonly blockNumber: number
  readonly blockTimeMs: number
  /** Blocks from inclusion to head, both counted. A solidified TRON block counts as any number. */
  readonly confirmations: number
  /** Every Transfer log of any token; empty where there is none. */
  readonly transfers: readonly ChainTransfer[]
}

/** `seen`: on its chain, and may still vanish. `final`: so many confirmations as are configured. `gone`: a reorganisation took it. */
export const transferStatuses = ['seen', 'final', 'gone'] as const
export type TransferStatus = (typeof transferStatuses)[number]

/** Base units of a chain's USDT in micro-units, floored. */
export function toMicro(chain: Chain, rawValue: bigint): bigint {
  return rawValue / 10n ** BigInt(usdtOf(chain).decimals - 6)
}

/** An address of that chain as it is compared. */
export function comparable(chain: Chain, address: string): string {
  return comparableAddress(familyOf(chain), address)
}

type Addresses = 'depositAddresses' | 'quoteAddresses' | 'compromisedAddresses' | 'ourWallets'

/** Every address of a chain that one of these versions names as ours, as addresses are compared: what was ours once stays ours. */
export function everOurs(
  chain: Chain,
  history: readonly { readonly chains: Readonly<Record<Chain, Readonly<Record<Addresses, readonly string[]>>>> }[],
): ReadonlySet<string> {
  return new Set(
    history.flatMap(({ chains }) => {
      const { depositAddresses, quoteAddresses, compromisedAddresses, ourWallets } = chains[chain]
      return [...depositAddresses, ...quoteAddresses, ...compromisedAddresses, ...ourWallets].map((address) =>
        comparable(chain, address),
      )
    }),
  )
}

type Facts = Omit<ChainTransfer, 'logIndex'>

interface Places {
  readonly nth: ReadonlyMap<ChainTransfer, number>
  readonly counts: ReadonlyMap<string, number>
}

/** Of a transaction that many events cite, or in which many were paid, the places are found once. */
const found = new WeakMap<ChainTransaction, Places>()

/**
 * The place of a transfer, from 0 and in log order, among those of its transaction that say the same: token, sender, recipient
 * and value. A transaction that is mined again after a reorganisation has other log indexes, which count within the block; which
 * of several alike a transfer is, it keeps.
 */
export function placeOf(transaction: ChainTransaction, transfer: ChainTransfer): number {
  return placesIn(transaction).nth.get(transfer) ?? 0
}

/** How many transfers of a transaction say this. */
export function countAlike(transaction: ChainTransaction, facts: Facts): number {
  return placesIn(transaction).counts.get(wordsOf(transaction, facts)) ?? 0
}

function placesIn(transaction: ChainTransaction): Places {
  const before = found.get(transaction)
  if (before) return before
  const nth = new Map<ChainTransfer, number>()
  const counts = new Map<string, number>()
  for (const transfer of [...transaction.transfers].sort((one, other) => one.logIndex - other.logIndex)) {
    const words = wordsOf(transaction, transfer)
    const earlier = counts.get(words) ?? 0
    nth.set(transfer, earlier)
    counts.set(words, earlier + 1)
  }
  const places = { nth, counts }
  found.set(transaction, places)
  return places
}

function wordsOf({ chain }: ChainTransaction, { tokenAddress, fromAddress, toAddress, rawValue }: Facts): string {
  const addresses = [tokenAddress, fromAddress, toAddress].map((address) => comparable(chain, address))
  return [...addresses, rawValue].join(' ')
}
