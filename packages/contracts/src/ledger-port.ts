import type { Asset } from '@species/kernel'
import { z } from 'zod'

/**
 * Kinds of transfers that belong to no event, so that a statement tells them apart.
 * - `payout`: money leaves us. `payout_returned`: its chain took it back, and the owner has it again.
 * - `suspense`: money that nothing explained comes in, or is assigned, refunded or kept.
 * - `internal_move`: between two wallets of ours, or a wallet and a partner that holds money for us.
 * - `cost`: a partner or a network charged us. `credit`: between a user's payable and their credit.
 * - `withdrawal`: between the marketplace's own accounts, before money of it leaves or after it came.
 */
export const moneyTransferKindSchema = z.enum([
  'payout',
  'payout_returned',
  'suspense',
  'internal_move',
  'cost',
  'credit',
  'withdrawal',
])
export type MoneyTransferKind = z.infer<typeof moneyTransferKindSchema>

/** Micro-USDT into an account, or out of it where below zero. Names of accounts: `accounts` in the kernel. */
export interface MoneyLine {
  readonly account: string
  readonly amountMicro: bigint
}

/** A double-entry transfer of USDT: its lines sum to zero. Units are moved by events alone. */
export interface MoneyTransfer {
  /** The idempotency key, for ever: `<module>:<what>`. */
  readonly transferId: string
  readonly kind: MoneyTransferKind
  readonly lines: readonly MoneyLine[]
  /** The event that it belongs to, if any. */
  readonly eventKey?: string
}

/** What a transfer lacks: the account that cannot pay its line from what is free. */
export interface Shortfall {
  readonly account: string
  readonly asset: Asset
  readonly available: bigint
  readonly needed: bigint
}

export type LedgerResult = { readonly ok: true } | { readonly ok: false; readonly shortfall: Shortfall }

/**
 * How modules move money: in the caller's transaction, so that their own row and the ledger change together or not at all. Each
 * method locks the balances that it names in sorted order; call one of them once in a transaction, with all that belongs together.
 * An id that is there already with the same lines changes nothing and is `ok`; with other lines, or after it was released,
 * it throws a Fault `transfer_conflict`.
 */
export interface LedgerPort {
  /** Posts transfers, all or none. One that is held throws a Fault `transfer_conflict`: settle it. */
  post(transfers: readonly MoneyTransfer[]): Promise<LedgerResult>
  /** Sets aside what a transfer will take, until it is settled or released. Its id is never free again. */
  hold(transfer: MoneyTransfer): Promise<LedgerResult>
  /** Posts a transfer that was held. Throws a Fault `unknown_hold` where there is none, `transfer_conflict` if it was released. */
  settle(transferId: string): Promise<void>
  /**
   * Gives back what a hold took; a user who owes us repays that first. Throws a Fault `unknown_hold` where there is none,
   * `transfer_conflict` if it was settled.
   */
  release(transferId: string): Promise<void>
}
