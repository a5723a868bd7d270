import type { LedgerTransfer, ReceiptFacts } from '@species/contracts'
import { formatQuantity, formatUsdt } from '@species/kernel'
import { standingOf } from '../adapters/difference-rows.ts'
import { readPlace, storePlace } from '../adapters/run-rows.ts'
import type { Finding } from '../domain/difference.ts'
import { whatDiffers } from '../domain/compare-receipt.ts'
import type { ReconciliationDeps } from './deps.ts'
import { type Look, coversNone, keepFindings } from './keep-findings.ts'

/** Receipts, or entries of the ledger, in one page; and how long one run reads each. The next run goes on where it ended. */
const pageSize = 1_000
const budgetMs = 8_000
/** An event that settled this long ago has its receipt, unless something is wrong. */
const patienceMs = 600_000

/** Compares each receipt with the postings of its event, and each settlement with whether it has a receipt; each once. */
export async function compareReceipts(deps: ReconciliationDeps): Promise<Look> {
  const [receipts, settlements] = [await walkReceipts(deps), await walkSettlements(deps)]
  return {
    findings: [...receipts.findings, ...settlements.missing],
    compared: receipts.compared + settlements.compared,
    notCompared: [],
    covers: () => true,
  }
}

async function walkReceipts(deps: ReconciliationDeps): Promise<{ findings: Finding[]; compared: number }> {
  const { database, clock, queries } = deps
  const findings: Finding[] = []
  let compared = 0
  const endsMs = clock.steady() + budgetMs
  while (clock.steady() < endsMs) {
    const begun = await readPlace(database, 'receipts')
    const [issuedAtMs = '0', receiptId = ''] = begun.split(' ')
    const receipts = await queries.floorManager.completedAfter({ issuedAtMs: Number(issuedAtMs), receiptId }, pageSize)
    const transfers = new Map(
      (await queries.cashier.transfersById(receipts.flatMap((one) => one.ledgerTransferIds))).map((one) => [
        one.transferId,
        one,
      ]),
    )
    const page = receipts.flatMap((receipt) => findingOf(receipt, transfers))
    // Before the place is stored: a receipt is compared once, and what differs must survive the end of the process.
    if (page.length > 0) await keepFindings(deps, ['receipt_differs'], { findings: page, covers: coversNone })
    findings.push(...page)
    compared += receipts.length
    const last = receipts.at(-1)
    if (last) await storePlace(database, 'receipts', begun, `${last.issuedAtMs} ${last.receiptId}`)
    if (receipts.length < pageSize) break
  }
  return { findings, compared }
}

function findingOf(receipt: ReceiptFacts, transfers: ReadonlyMap<string, LedgerTransfer>): Finding[] {
  const differs = whatDiffers(receipt, transfers)
  if (!differs) return []
  const { what, says, ledger } = differs
  const words = (amount: bigint): string =>
    differs.asset === 'USDT' ? formatUsdt(amount) : formatQuantity('SPECIES', amount)
  return [
    {
      class: 'receipt_differs',
      subject: receipt.receiptId,
      asset: differs.asset,
      amount: says - ledger,
      cause: 'The receipt or the ledger was changed after the event ended.',
      facts: { eventKey: receipt.eventKey, what, receipt: words(says), ledger: words(ledger) },
      isSure: true,
    },
  ]
}

/** Those that are missing already are asked for again, then the ledger is read on. */
async function walkSettlements(deps: ReconciliationDeps): Promise<{ missing: Finding[]; compared: number }> {
  const { database, clock, queries } = deps
  const events = new Map<string, number>()
  for (const row of await standingMissing(deps)) events.set(row.eventKey, row.settledAtMs)
  let compared = 0
  const endsMs = clock.steady() + budgetMs
  while (clock.steady() < endsMs) {
    const begun = await readPlace(database, 'settlements')
    const { seqs, transfers } = await queries.cashier.entriesAfter(BigInt(begun === '' ? 0 : begun), pageSize)
    // Receipts of what is younger may be on their way: the place stays before it.
    const young = transfers.find(({ atMs }) => atMs > clock.now() - patienceMs)
    const firstYoung = young?.entries[0]?.seq
    const read = seqs.filter((seq) => firstYoung === undefined || seq < firstYoung)
    for (const { kind, eventKey, atMs, entries } of transfers)
      if (kind === 'settlement' && eventKey !== undefined && entries.some(({ seq }) => read.includes(seq)))
        events.set(eventKey, atMs)
    compared += read.length
    const last = read.at(-1)
    if (last !== undefined) await storePlace(database, 'settlements', begun, last.toString())
    if (read.length < pageSize) break
  }
  const told = await queries.floorManager.withReceipt([...events.keys()])
  const missing = [...events].flatMap(([eventKey, settledAtMs]) =>
    told.has(eventKey) ? [] : [missingOf(eventKey, settledAtMs)],
  )
  return { missing, compared }
}

function missingOf(eventKey: string, settledAtMs: number): Finding {
  return {
    class: 'receipt_missing',
    subject: eventKey,
    cause: 'The message that writes the receipt failed, or its dead letter waits.',
    facts: { eventKey, settledAt: new Date(settledAtMs).toISOString() },
    isSure: true,
  }
}

async function standingMissing({ database }: ReconciliationDeps): Promise<{ eventKey: string; settledAtMs: number }[]> {
  const rows = await standingOf(database, ['receipt_missing'])
  return rows.map(({ subject, facts }) => ({
    eventKey: subject,
    settledAtMs: Date.parse(facts['settledAt'] ?? '') || 0,
  }))
}
