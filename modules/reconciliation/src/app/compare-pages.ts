import { readPlace, storePlace } from '../adapters/run-rows.ts'
import type { Finding } from '../domain/difference.ts'
import { compareBookings, compareClaims } from './compare-payments.ts'
import type { ReconciliationDeps } from './deps.ts'
import { type Look, coversNone } from './keep-findings.ts'

/** Pages of claims and of bookings in one run: the next run goes on where it ended, and begins again at the end. */
const pagesPerRun = 10

type Compare = (
  deps: ReconciliationDeps,
  after: string,
) => Promise<{ breaches: readonly string[]; rows: number; next?: string }>

/** Compares claimed payments with money booked, a part at each run. */
export async function comparePayments(deps: ReconciliationDeps): Promise<Look> {
  const parts = [await walk(deps, 'claims', compareClaims), await walk(deps, 'bookings', compareBookings)]
  return {
    findings: parts.flatMap(({ findings }) => findings),
    compared: parts.reduce((sum, { compared }) => sum + compared, 0),
    notCompared: [],
    // Where a run sees only a part, what it does not see may still differ.
    covers: parts.every(({ isWhole }) => isWhole) ? (): boolean => true : coversNone,
  }
}

async function walk(
  deps: ReconciliationDeps,
  name: string,
  compare: Compare,
): Promise<{ findings: Finding[]; compared: number; isWhole: boolean }> {
  const begun = await readPlace(deps.database, name)
  const findings: Finding[] = []
  let [place, compared, isAtEnd] = [begun, 0, false]
  for (let page = 0; page < pagesPerRun && !isAtEnd; page++) {
    const { breaches, rows, next } = await compare(deps, place)
    findings.push(...breaches.map(findingOf))
    compared += rows
    isAtEnd = next === undefined
    place = next ?? ''
  }
  await storePlace(deps.database, name, begun, place)
  return { findings, compared, isWhole: begun === '' && isAtEnd }
}

function findingOf(breach: string): Finding {
  const [subject = breach] = breach.split(' ')
  return {
    class: 'payment_differs',
    subject,
    cause: 'A booking was lost, made twice, or made without a claim.',
    facts: { breach },
    isSure: true,
  }
}
