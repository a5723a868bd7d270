import type { RequestHeaders } from './access.ts'
import type { Chain } from './chains.ts'
import type { ProvenTransfer } from './claims.ts'
import type { TransferStatus } from './transfers.ts'

/**
 * A transfer of genuine USDT to an address of ours, as its chain showed it when it was last read. Who wants to claim it reads the
 * chain again.
 */
export interface FoundTransfer extends ProvenTransfer {
  readonly status: TransferStatus
  /** When it was first read, Unix milliseconds. */
  readonly foundAtMs: number
}

/** An address of ours beside those of the configuration, such as one that is leased to a quote. */
export interface WatchedAddress {
  readonly chain: Chain
  readonly address: string
  /** Until then it is looked at every few seconds, after that every few minutes, and never forgotten. Unix milliseconds. */
  readonly quickUntilMs: number
}

/**
 * What a partner's webhook said. `test`: the delivery by which a partner tries the address. `look`: something came in on a chain, at
 * these addresses or, where it names none, anywhere. `payments` are what it names: hints, that each is read from its chain.
 */
export type ChainHint =
  | { readonly kind: 'forged' | 'unreadable' | 'test' | 'unknown_stream' }
  | {
      readonly kind: 'look'
      readonly chain: Chain
      readonly addresses: readonly string[]
      readonly payments: readonly { readonly toAddress: string; readonly hash: string }[]
    }

/** Reads webhooks of a partner about chains. `body` as it came: it is signed byte for byte. */
export interface ChainHints {
  read(body: string, headers: Pick<RequestHeaders, 'get'>): ChainHint
}

/** The read-only questions about money that came in. */
export interface DepositsQueries {
  /** Transfers to these addresses, mined at `sinceMs` or later, the oldest first; at most 1,000. */
  transfersTo(chain: Chain, addresses: readonly string[], sinceMs: number): Promise<FoundTransfer[]>
  /**
   * By address: the time of the block up to which its list was read to the end. What was mined until then is among `transfersTo`, as
   * far as the partner's list is complete: lists come late by some blocks. An address that was never read is absent.
   */
  readThrough(chain: Chain, addresses: readonly string[]): Promise<ReadonlyMap<string, number>>
  /** The position of the newest transfer to each of these addresses, as lists count; without any: absent. */
  lastReceived(chain: Chain, addresses: readonly string[]): Promise<ReadonlyMap<string, number>>
  /** Transfers from other senders that are on their chain and of which it is not decided what they are; at most 10,000, the oldest first. */
  undecided(chain: Chain): Promise<FoundTransfer[]>
  /** Transfers that were booked into suspense and are on their chain, the oldest first; at most 10,000. */
  suspended(chain: Chain): Promise<FoundTransfer[]>
}
