import type { Asset, Outcome } from '@species/kernel'
import { readAccounts, storeAccount } from '../adapters/account-rows.ts'
import { type Written, storeWritten, takePairs } from '../adapters/pair-rows.ts'
import { keepLease } from '../adapters/progress-rows.ts'
import { type QueuedPair, bookEntryOf } from '../domain/book-entry.ts'
import { bookAccountOf } from '../domain/chart.ts'
import type { MirrorDeps } from './deps.ts'

/** Pairs that are marked as tried, written and stored together. */
const pairsAtOnce = 50

type Deps = Pick<MirrorDeps, 'database' | 'book'>

/** What a step has done: nothing was queued, all was written, or why it ended early. */
export type Step = { readonly kind: 'idle' | 'written' | 'lost' } | { readonly kind: 'failed'; readonly reason: string }

/**
 * Writes the next pairs, one after the other. They are marked before the first call leaves: a process that dies in between, or gets no answer,
 * leaves pairs that are looked for before they are written again. `mayGoOn` is asked before each call.
 */
export async function writePairs(deps: Deps, lease: string, mayGoOn: () => boolean): Promise<Step> {
  const pairs = await deps.database.transaction(async (tx) =>
    (await keepLease(tx, lease)) ? await takePairs(tx, pairsAtOnce) : undefined,
  )
  if (!pairs) return { kind: 'lost' }
  if (pairs.length === 0) return { kind: 'idle' }
  const written: Written[] = []
  let failure: string | undefined
  const ids = await bookIds(deps, pairs)
  if (ids.kind !== 'yes') failure = reasonOf(ids)
  else
    for (const pair of pairs) {
      if (!mayGoOn()) break
      const outcome = await writeOnce(deps, pair, ids.value)
      if (outcome.kind === 'yes') written.push({ place: pair.place, bookId: outcome.value })
      else if (outcome.kind === 'no') written.push({ place: pair.place, refusal: outcome.refusal.detail })
      else {
        failure = reasonOf(outcome)
        break
      }
    }
  if (written.length > 0) {
    const isStored = await deps.database.transaction(async (tx) => {
      if (!(await keepLease(tx, lease))) return false
      await storeWritten(tx, written)
      return true
    })
    if (!isStored) return { kind: 'lost' }
  }
  return failure === undefined ? { kind: 'written' } : { kind: 'failed', reason: failure }
}

async function writeOnce({ book }: Deps, pair: QueuedPair, ids: BookIds): Promise<Outcome<string>> {
  if (pair.tried) {
    const found = await book.find(pair.externalId)
    if (found.kind !== 'yes') return found
    if (found.value !== undefined) return { kind: 'yes', value: found.value }
  }
  return await book.post(bookEntryOf(pair, (control) => ids.of(control, pair.asset)))
}

interface BookIds {
  of(control: string, asset: Asset): string
}

/** The book's ids of the accounts of these pairs; accounts that are new are made there. */
async function bookIds({ database, book }: Deps, pairs: readonly QueuedPair[]): Promise<Outcome<BookIds>> {
  const known = new Map(
    (await readAccounts(database)).map(({ control, asset, bookId }) => [`${control} ${asset}`, bookId]),
  )
  for (const { source, destination, asset } of pairs)
    for (const control of [source, destination]) {
      if (known.has(`${control} ${asset}`)) continue
      const currency = await book.ensureCurrency(asset)
      if (currency.kind !== 'yes') return currency
      const account = await book.ensureAccount(bookAccountOf(control, asset))
      if (account.kind !== 'yes') return account
      await storeAccount(database, { control, asset, bookId: account.value })
      known.set(`${control} ${asset}`, account.value)
    }
  return { kind: 'yes', value: { of: (control, asset) => known.get(`${control} ${asset}`) ?? '' } }
}

function reasonOf(outcome: Exclude<Outcome<unknown>, { kind: 'yes' }>): string {
  return outcome.kind === 'no' ? outcome.refusal.detail : outcome.reason
}
