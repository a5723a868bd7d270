import type { Asset } from '@species/kernel'
import { readAccounts } from '../adapters/account-rows.ts'
import { bookAccountOf, ledgerOf } from '../domain/chart.ts'
import type { MirrorDeps } from './deps.ts'

/** One account of the book. Micro-USDT or units, debits above zero. */
export interface Compared {
  readonly name: string
  readonly asset: Asset
  /** What the ledger has; more or less than `written` while entries wait. */
  readonly ledger: bigint
  /** What was written into the book. */
  readonly written: bigint
  /** What the book shows; undefined where it did not say. */
  readonly book: bigint | undefined
}

/** Compares the book with what was written into it, account by account. An entry that was added or changed by hand is a difference. */
export async function compareBook({ database, ledger, book }: MirrorDeps): Promise<Compared[]> {
  const accounts = await readAccounts(database)
  const names = accounts.map(({ control }) => ledgerOf(control))
  const posted = new Map((await ledger.balancesUnder(names)).map((row) => [`${row.name} ${row.asset}`, row.posted]))
  const compared: Compared[] = []
  for (const { control, asset, bookId, debit } of accounts) {
    const shown = await book.balance(bookId, asset)
    compared.push({
      name: bookAccountOf(control, asset).name,
      asset,
      ledger: -(posted.get(`${ledgerOf(control)} ${asset}`) ?? 0n),
      written: debit,
      book: shown.kind === 'yes' ? shown.value : undefined,
    })
    // One that does not answer is asked no further: the rest would wait for nothing.
    if (shown.kind !== 'yes') break
  }
  return compared
}
