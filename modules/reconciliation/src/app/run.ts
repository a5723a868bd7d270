import { countOpen } from '../adapters/difference-rows.ts'
import { endTurn, storeRun, takeTurn } from '../adapters/run-rows.ts'
import { type DifferenceClass, differenceClassNames } from '../domain/difference.ts'
import { compareBook } from './compare-book.ts'
import { compareChains } from './compare-chains.ts'
import { compareOutflows } from './compare-outflows.ts'
import { comparePayments } from './compare-pages.ts'
import { compareReceipts } from './compare-receipts.ts'
import { compareSuspense } from './compare-suspense.ts'
import type { ReconciliationDeps } from './deps.ts'
import { type Look, keepFindings } from './keep-findings.ts'
import { lookAtVaults } from './reconcile-vaults.ts'

interface Section {
  readonly name: string
  readonly classes: readonly DifferenceClass[]
  readonly look: (deps: ReconciliationDeps) => Promise<Look>
}

const outflows: Section = { name: 'outflows', classes: ['unexplained_outflow'], look: compareOutflows }

/** All that is compared. Each section fails alone. */
const sections: readonly Section[] = [
  { name: 'vaults', classes: ['user_vault', 'market_vault'], look: lookAtVaults },
  outflows,
  { name: 'chains', classes: ['chain_balance'], look: compareChains },
  { name: 'suspense', classes: ['suspense_balance'], look: compareSuspense },
  { name: 'payments', classes: ['payment_differs'], look: comparePayments },
  { name: 'receipts', classes: ['receipt_missing', 'receipt_differs'], look: compareReceipts },
  { name: 'book', classes: ['book_balance', 'book_refused'], look: compareBook },
]

/** What became of a section. */
interface SectionReport {
  readonly name: string
  readonly compared: number
  readonly found: number
  readonly notCompared: string[]
  /** Why it was not compared at all. */
  readonly failure?: string
}

export interface RunReport {
  readonly startedAtMs: number
  readonly endedAtMs: number
  /** No difference is open, and everything that is set up was compared. */
  readonly agrees: boolean
  readonly sections: SectionReport[]
}

/** Compares everything once and stores what differs. `actor` asked for it. */
export async function reconcile(deps: ReconciliationDeps, actor: string): Promise<RunReport> {
  const startedAtMs = deps.clock.now()
  const reports: SectionReport[] = []
  for (const section of sections) reports.push(await compareSection(deps, section))
  const open = await measure(deps)
  const endedAtMs = deps.clock.now()
  const agrees =
    open === 0 && reports.every(({ failure, notCompared }) => failure === undefined && notCompared.length === 0)
  await storeRun(deps.database, { startedAtMs, endedAtMs, by: actor, agrees, sections: reports })
  if (reports.every(({ failure }) => failure === undefined)) deps.metrics.reconciledAtSeconds.set(endedAtMs / 1_000)
  return { startedAtMs, endedAtMs, agrees, sections: reports }
}

async function compareSection(deps: ReconciliationDeps, { name, classes, look }: Section): Promise<SectionReport> {
  try {
    const found = await look(deps)
    await keepFindings(deps, classes, found)
    return { name, compared: found.compared, found: found.findings.length, notCompared: [...found.notCompared] }
  } catch (error) {
    deps.log.error({ section: name, err: error }, 'a comparison has failed; it is made again by the next run')
    return { name, compared: 0, found: 0, notCompared: [], failure: 'The comparison failed. See the log.' }
  }
}

/** Shows how many differences are open, and how old they are. Answers with how many there are. */
export async function measure({ database, clock, metrics }: ReconciliationDeps): Promise<number> {
  const counts = new Map((await countOpen(database)).map((row) => [row.class, row]))
  for (const name of differenceClassNames) {
    const row = counts.get(name)
    metrics.differences.set({ class: name }, row?.count ?? 0)
    metrics.oldestDifferenceSeconds.set({ class: name }, row ? Math.max(0, clock.now() - row.oldestMs) / 1_000 : 0)
  }
  return [...counts.values()].reduce((sum, { count }) => sum + count, 0)
}

const leaseMs = 120_000

/** Does work where no other process does it. */
function inTurn(deps: ReconciliationDeps, name: string, work: () => Promise<unknown>): () => Promise<void> {
  const { database, clock, ids } = deps
  return async () => {
    const lease = ids.uuid()
    if (!(await takeTurn(database, name, { lease, nowMs: clock.now(), leaseMs }))) return
    try {
      await work()
    } finally {
      await endTurn(database, name, lease)
    }
  }
}

/** The job that compares everything. */
export function createTurn(deps: ReconciliationDeps): () => Promise<void> {
  return inTurn(deps, 'everything', () => reconcile(deps, 'reconciliation'))
}

/** The job that looks at what leaves our wallets, more often: what is unexplained halts payouts. */
export function createOutflowTurn(deps: ReconciliationDeps): () => Promise<void> {
  return inTurn(deps, 'outflows', async () => {
    await compareSection(deps, outflows)
    await measure(deps)
  })
}
