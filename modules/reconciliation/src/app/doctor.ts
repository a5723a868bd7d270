import { formatUsdt } from '@species/kernel'
import { z } from 'zod'
import { compareBookings, compareClaims } from './compare-payments.ts'
import { compareVaultsFrom } from './compare-vaults.ts'
import type { ReconciliationDeps } from './deps.ts'

export const doctorReportSchema = z.strictObject({
  healthy: z.boolean(),
  breaches: z.array(z.string()).describe('what should be true and is not, in words'),
  inFlight: z
    .array(z.strictObject({ eventKey: z.uuid(), eventId: z.string(), owner: z.string(), acceptedAt: z.iso.datetime() }))
    .describe('events that have not ended'),
  openReviews: z.array(z.strictObject({ eventKey: z.uuid(), reason: z.string() })),
  checked: z
    .strictObject({
      vaults: z.number(),
      paymentsUsdt: z.string(),
      ledgerRows: z.number().describe('rows of the ledger, the book and the claims'),
    })
    .describe('what this request has looked at: add up the parts'),
  next: z.string().optional().describe('only a part was looked at: ask again from here'),
})
type DoctorReport = Readonly<z.infer<typeof doctorReportSchema>>

/** What one look at a section has found, and where the next goes on; no `next` at the section's end. */
interface Look {
  readonly breaches: readonly string[]
  readonly rows?: number
  readonly vaults?: number
  readonly bookedMicro?: bigint
  readonly next?: string
}
type Section = (deps: ReconciliationDeps, from: string, hasTime: () => boolean) => Promise<Look>

/** All that is looked at, in order, each in looks that are bounded in rows or in time. */
const sections: Readonly<Record<string, Section>> = {
  ledger: ({ queries }, from, hasTime) => queries.cashier.auditLedgerFrom(from === '' ? undefined : from, hasTime),
  book: ({ queries }, from) => queries.matching.auditBookFrom(from),
  claims: compareClaims,
  bookings: compareBookings,
  vaults: lookAtVaults,
}
const names = Object.keys(sections)

/** What one request may spend; the caller goes on where it stopped. */
const budgetMs = 8_000

/**
 * Checks what must always be true while the marketplace runs: the ledger and the book by themselves, claimed payments against money
 * booked and vaults against the ledger, each after adding what is in flight.
 *
 * What is too much for one request is looked at in several: until the last of them a report is of a part alone, and nothing is called
 * healthy before all was looked at.
 */
export async function examine(deps: ReconciliationDeps, place?: string): Promise<DoctorReport> {
  const startedMs = deps.clock.steady()
  const hasTime = (): boolean => deps.clock.steady() - startedMs < budgetMs
  const breaches: string[] = []
  const checked = { vaults: 0, ledgerRows: 0 }
  let bookedMicro = 0n
  const report = (): Pick<DoctorReport, 'breaches' | 'checked'> => ({
    breaches,
    checked: { ...checked, paymentsUsdt: formatUsdt(bookedMicro) },
  })
  let [name, from] = placeOf(place)
  for (;;) {
    const look = await (sections[name] ?? noSection(name))(deps, from, hasTime)
    breaches.push(...look.breaches)
    checked.vaults += look.vaults ?? 0
    checked.ledgerRows += look.rows ?? 0
    bookedMicro += look.bookedMicro ?? 0n
    const following = look.next === undefined ? names[names.indexOf(name) + 1] : name
    if (following === undefined) break
    ;[name, from] = [following, look.next ?? '']
    if (!hasTime()) return { healthy: false, ...report(), inFlight: [], openReviews: [], next: `${name}:${from}` }
  }
  const { marketplace, floorManager } = deps.queries
  const reviews = await floorManager.openReviews()
  breaches.push(...(await heldWrongly(deps, new Set(reviews.map((review) => review.eventKey)))))
  const unfinished = await marketplace.unfinished(1_000)
  return {
    healthy: breaches.length === 0,
    ...report(),
    inFlight: unfinished.map((row) => ({
      eventKey: row.eventKey,
      eventId: row.eventId,
      owner: row.owner,
      acceptedAt: new Date(row.acceptedAtMs).toISOString(),
    })),
    openReviews: reviews.map(({ eventKey, reason }) => ({ eventKey, reason })),
  }
}

/** A place that names no section is one of the ledger, as an older version told it. */
function placeOf(place: string | undefined): [name: string, from: string] {
  if (place === undefined) return ['ledger', '']
  const colon = place.indexOf(':')
  const name = place.slice(0, colon)
  return name in sections ? [name, place.slice(colon + 1)] : ['ledger', place]
}

function noSection(name: string): never {
  throw new Error(`the doctor has no section ${name}`)
}

async function lookAtVaults(deps: ReconciliationDeps, from: string): Promise<Look> {
  const { compared, breaks, unanswered, ...place } = await compareVaultsFrom(deps, from)
  const breaches = [
    ...breaks.map(
      (one) =>
        `vault ${one.vault} holds ${one.vaultUnits} units, the ledger says ${one.units} (${one.account}); \`species reconcile\` books what came or went outside`,
    ),
    ...unanswered.map((vault) => `Onli Cloud does not tell what vault ${vault} holds`),
  ]
  return { breaches, vaults: compared, ...place }
}

/** Holds beyond their deadline that are not in review, and those that cannot be read. */
async function heldWrongly(deps: ReconciliationDeps, underReview: ReadonlySet<string>): Promise<string[]> {
  const nowMs = deps.clock.now()
  const { events, unreadable } = await deps.queries.cashier.inFlight()
  const overdue = events.filter((event) => event.deadlineMs < nowMs && !underReview.has(event.eventKey))
  return [
    ...overdue.map((event) => `event ${event.eventKey} holds money or units beyond its deadline`),
    ...unreadable.map((eventKey) => `what event ${eventKey} holds cannot be read; a vault of it may seem to differ`),
  ]
}
