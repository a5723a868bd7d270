import type { Asset, Outcome } from '@species/kernel'

/** An account in the operator's book: it holds one asset. */
export interface BookAccount {
  readonly name: string
  readonly asset: Asset
  /** `asset`: a debit balance here, what we have or are owed. `liability`: a credit balance, what we owe. */
  readonly type: 'asset' | 'liability'
}

/** An amount that moves between two accounts of the book. What it says must be the same at each try: the book compares all of it. */
export interface BookEntry {
  /** Ours, for ever: names this entry and no other. At most 255 characters. */
  readonly externalId: string
  readonly type: 'deposit' | 'withdrawal' | 'transfer'
  /** Ids that the book gave. */
  readonly sourceId: string
  readonly destinationId: string
  readonly asset: Asset
  /** Micro-USDT, or units; above zero. */
  readonly amount: bigint
  readonly atMs: number
  readonly description: string
  /** What it belongs to: an event or a transfer. */
  readonly reference: string
  readonly tags: readonly string[]
  readonly notes: string
}

/**
 * The operator's book, written behind our ledger. Never throws for what the partner does: `no` is a definite refusal of this entry,
 * `unknown` means that it may or may not have been written, so `find` comes before the next `post`.
 */
export interface BookPort {
  /** Makes the currency of an asset where it is missing. */
  ensureCurrency(asset: Asset): Promise<Outcome<true>>
  /** The id of the account of that name; it is made where it is missing. */
  ensureAccount(account: BookAccount): Promise<Outcome<string>>
  /** The id under which an entry is in the book; undefined where it is not. */
  find(externalId: string): Promise<Outcome<string | undefined>>
  /** Writes an entry and gives its id; of one that is there word for word, the id of that. */
  post(entry: BookEntry): Promise<Outcome<string>>
  /** The balance of an account in micro-USDT or units, debits above zero. */
  balance(accountId: string, asset: Asset): Promise<Outcome<bigint>>
}
