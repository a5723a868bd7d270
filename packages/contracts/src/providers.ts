import type { Outcome } from '@species/kernel'
import type { Chain } from './chains.ts'
import type { ChainTransaction } from './transfers.ts'

/**
 * Reads transactions of one or several chains. Never throws for what a partner does: `not_yet` where the chain knows no
 * such transaction, `unknown` where no trustworthy answer came. `yes` does not mean that the payment is good. A node that is
 * not yet at the block `seenInBlock`, in which the transaction was seen before, cannot say that it is not there: `unknown`.
 */
export interface ChainReader {
  readonly chains: readonly Chain[]
  transaction(chain: Chain, hash: string, seenInBlock?: number): Promise<Outcome<ChainTransaction>>
}

/**
 * A list of transfers that came in at one address, or that left it. `since` is a position: the height of a block on EVM, the time of a block in
 * milliseconds on TRON, whose lists know no height.
 */
export interface TransferPageRequest {
  readonly chain: Chain
  readonly address: string
  /** Transfers in blocks from this position on are listed, the oldest first. */
  readonly since: number
  /** Where an earlier page ended, with the same `since`. */
  readonly page?: string | undefined
}

export interface TransferPage {
  /**
   * Transactions that are said to have paid the address in USDT, or to have taken USDT from it, normalised and each once: hints, to be
   * read by `transaction`.
   */
  readonly hashes: readonly string[]
  /** Where the next page begins; undefined where this was the last. */
  readonly next: string | undefined
}

/** The newest block that a partner knows; on TRON the newest solid one. */
export interface ChainHead {
  /** As the positions of lists. */
  readonly position: number
  readonly blockTimeMs: number
}

/**
 * Finds USDT that came in or left, and says what an address has. Never throws for what a partner does: `unknown` where no trustworthy answer
 * came. A list is a hint in both directions: what is on it must be read again, and what is not on it may come later.
 */
export interface ChainScout {
  /** Asked before a list is read: what the list lacks may still be below it. */
  head(chain: Chain): Promise<Outcome<ChainHead>>
  transfersTo(request: TransferPageRequest): Promise<Outcome<TransferPage>>
  /** The same of what left the address. */
  transfersFrom(request: TransferPageRequest): Promise<Outcome<TransferPage>>
  /**
   * Base units of genuine USDT at an address: on EVM after the block `at`, or now; on TRON as of the newest solid block, because its nodes
   * tell of no earlier one.
   */
  balanceOf(chain: Chain, address: string, at?: number): Promise<Outcome<bigint>>
}

/** All that the marketplace asks of a chain. */
export type ChainPort = ChainReader & ChainScout

export interface OnliOperation {
  readonly operationId: string
  readonly fromVault: string
  readonly toVault: string
  readonly units: bigint
  /** The oracle's word: who owns the units now. */
  readonly ownerVault: string
}

export type MoveRequest =
  | { readonly kind: 'issue'; readonly key: string; readonly toVault: string; readonly units: bigint }
  | {
      readonly kind: 'change_owner'
      readonly key: string
      readonly fromVault: string
      readonly toVault: string
      readonly units: bigint
      readonly consentUntilMs: number
    }

/** Names an operation by the partner's id, or by our key while the id is not known. */
export interface OperationRef {
  readonly operationId?: string
  readonly key: string
}

export type MoveRefusal = 'delivery_refused' | 'consent_refused' | 'consent_expired'
export type MoveOutcome = Outcome<OnliOperation, { readonly code: MoveRefusal; readonly detail: string }> & {
  /** Set where the partner named the operation although it is not done. */
  readonly operationId?: string
  /** Set on `unknown` where the partner was not even called, as while a breaker is open: nothing can have happened. */
  readonly notAsked?: true
}

/**
 * Onli Cloud as the marketplace needs it. Batches keep their order: the n-th outcome is the n-th request's.
 * An operation the partner does not know is `not_yet` with reason `not_found`; awaited consent is `not_yet` with reason
 * `awaiting_consent`. Never throws for what the partner does.
 */
export interface AssetLedger {
  /** False: a call whose outcome is unknown must never be sent again by itself. */
  readonly honoursIdempotencyKeys: boolean
  move(requests: readonly MoveRequest[]): Promise<MoveOutcome[]>
  /** Withdraws moves: `no` once they can no longer happen, `yes` where they had happened. */
  cancel(refs: readonly OperationRef[]): Promise<MoveOutcome[]>
  /** The ownership oracle's word on operations. */
  verify(refs: readonly OperationRef[]): Promise<MoveOutcome[]>
  balances(vaults: readonly string[]): Promise<Outcome<bigint>[]>
  createVaults(vaults: readonly { vault: string; owner: string; preAuthorised: boolean }[]): Promise<Outcome<true>[]>
}

/** A call to a server of a user. */
export interface WebhookCall {
  /** `https`; in a sandbox that allows loopback also `http` to this machine. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Why no answer came. The address was refused before anything was sent; of the others the server may have had the call. */
export type WebhookFailure =
  'address_not_allowed' | 'name_not_found' | 'no_connection' | 'tls_failed' | 'timeout' | 'bad_answer'

/** The status of an answer and the beginning of its body, or why there is none. */
export type WebhookAnswer =
  | {
      readonly kind: 'answered'
      readonly status: number
      readonly text: string
      readonly retryAfterSeconds: number | undefined
    }
  | { readonly kind: 'failed'; readonly reason: WebhookFailure }

/**
 * Calls servers of users. It connects only to public addresses, checks the address that it connects to, follows no redirect, and is
 * bounded in time and in what it reads. Never throws for what a server does.
 */
export interface WebhookSender {
  /** Whether an address may be a webhook, as far as its text says; otherwise why not, in words for its owner. */
  refusal(url: string): string | undefined
  send(call: WebhookCall): Promise<WebhookAnswer>
  /** Closes its connections. */
  close(): Promise<void>
}
