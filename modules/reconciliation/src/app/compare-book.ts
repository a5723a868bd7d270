import { formatQuantity } from '@species/kernel'
import type { Finding } from '../domain/difference.ts'
import type { ReconciliationDeps } from './deps.ts'
import { type Look, coversAll } from './keep-findings.ts'

const mostRefused = 200

/** Compares what the operator's book shows with what was written into it, account by account, and tells what it refuses. */
export async function compareBook({ book, queries }: ReconciliationDeps): Promise<Look> {
  if (!book) return { findings: [], compared: 0, notCompared: [], covers: coversAll }
  const accounts = await queries.mirror.accounts()
  const findings: Finding[] = []
  const silent: string[] = []
  for (const { name, asset, bookId, written } of accounts) {
    const look = async (): Promise<bigint | undefined> => {
      const shown = await book.balance(bookId, asset)
      return shown.kind === 'yes' ? shown.value : undefined
    }
    const shown = await look()
    if (shown === undefined) {
      silent.push(...accounts.slice(accounts.findIndex((one) => one.bookId === bookId)).map((one) => one.name))
      break
    }
    if (shown === written) continue
    // An entry may have been written between the two questions: both are asked again.
    const now = (await queries.mirror.accounts()).find((one) => one.bookId === bookId)
    const again = await look()
    if (!now || again === undefined || again === now.written) continue
    findings.push({
      class: 'book_balance',
      subject: name,
      asset,
      amount: again - now.written,
      cause: 'An entry was added, changed or deleted in Firefly III by hand.',
      facts: { book: formatQuantity(asset, again), written: formatQuantity(asset, now.written) },
      // The mirror writes an entry before it notes that it has: a moment later both agree.
      isSure: false,
    })
  }
  for (const { externalId, refusal } of await queries.mirror.refused(mostRefused))
    findings.push({
      class: 'book_refused',
      subject: externalId,
      cause: refusal,
      facts: {},
      isSure: true,
    })
  return {
    findings,
    compared: accounts.length - silent.length,
    notCompared: silent.map((name) => `Firefly III does not tell the balance of ${name}`),
    covers: (subject) => !silent.includes(subject),
  }
}
