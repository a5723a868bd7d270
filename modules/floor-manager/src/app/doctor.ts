import type { LedgerAudit } from '@species/contracts'
import { formatUsdt } from '@species/kernel'
import { z } from 'zod'
import { compareVaults } from './compare-vaults.ts'
import type { FloorManagerDeps } from './deps.ts'

export const doctorReportSchema = z.strictObject({
  healthy: z.boolean(),
  breaches: z.array(z.string()).describe('what should be true and is not, in words'),
  inFlight: z
    .array(z.strictObject({ eventKey: z.uuid(), eventId: z.string(), owner: z.string(), acceptedAt: z.iso.datetime() }))
    .describe('events that have not ended'),
  openReviews: z.array(z.strictObject({ eventKey: z.uuid(), reason: z.string() })),
  checked: z.strictObject({ vaults: z.number(), paymentsUsdt: z.string(), ledgerRows: z.number() }),
  next: z.string().optional().describe('only a part of the ledger was looked at: ask again from here'),
})
export type DoctorReport = Readonly<z.infer<typeof doctorReportSchema>>

/**
 * Checks what must always be true while the marketplace runs: the ledger and the book by themselves,
 * vaults against the ledger and claimed payments against money booked, each after adding what is in flight.
 *
 * A ledger too large for one request is looked at in several: until the last of them a report is of a part of it alone.
 */
export async function examine(deps: FloorManagerDeps, ledgerFrom?: string): Promise<DoctorReport> {
  const startedMs = deps.clock.steady()
  const ledger = await deps.queries.cashier.auditLedgerFrom(
    ledgerFrom,
    () => deps.clock.steady() - startedMs < ledgerBudgetMs,
  )
  if (ledger.next !== undefined) return partOf(ledger, ledger.next)
  const { matching, marketplace, floorManager } = deps.queries
  const vaults = await compareVaults(deps)
  const payments = await comparePayments(deps)
  const reviews = await floorManager.openReviews()
  const breaches = [
    ...ledger.breaches,
    ...(await matching.auditBook()),
    ...vaults.breaks.map(
      (one) =>
        `vault ${one.vault} holds ${one.vaultUnits} units, the ledger says ${one.units} (${one.account}); \`species reconcile\` books what came or went outside`,
    ),
    ...vaults.unanswered.map((vault) => `Onli Cloud does not tell what vault ${vault} holds`),
    ...payments.breaches,
    ...(await overdue(deps, new Set(reviews.map((review) => review.eventKey)))),
  ]
  const unfinished = await marketplace.unfinished(1_000)
  return {
    healthy: breaches.length === 0,
    breaches,
    inFlight: unfinished.map((row) => ({
      eventKey: row.eventKey,
      eventId: row.eventId,
      owner: row.owner,
      acceptedAt: new Date(row.acceptedAtMs).toISOString(),
    })),
    openReviews: reviews.map(({ eventKey, reason }) => ({ eventKey, reason })),
    checked: { vaults: vaults.compared, paymentsUsdt: formatUsdt(payments.booked), ledgerRows: ledger.rows },
  }
}

/** What one request may spend on the ledger; the caller goes on where it stopped. */
const ledgerBudgetMs = 8_000

/** A report of a part of the ledger alone. Nothing is called healthy before all was looked at. */
function partOf({ breaches, rows }: LedgerAudit, next: string): DoctorReport {
  return {
    healthy: false,
    breaches,
    inFlight: [],
    openReviews: [],
    checked: { vaults: 0, paymentsUsdt: formatUsdt(0n), ledgerRows: rows },
    next,
  }
}

const looks = 5

/** Claimed payments against money in from the chains. Claims are booked a moment later: looked at until they agree. */
async function comparePayments(deps: FloorManagerDeps): Promise<{ booked: bigint; breaches: string[] }> {
  const { cashier, validator } = deps.queries
  let booked = 0n
  let words = ''
  for (let look = 0; look < looks; look++) {
    const before = await cashier.paymentsBooked()
    const claimed = await validator.paymentsClaimed()
    const pending = (await validator.uncredited()).reduce((sum, one) => sum + one.amountMicro, 0n)
    booked = await cashier.paymentsBooked()
    // Whatever is claimed and not yet said to be credited may or may not be booked already.
    const least = claimed - pending
    if ((booked >= least && booked <= claimed) || (before >= least && before <= claimed))
      return { booked, breaches: [] }
    words = `payments claimed are ${formatUsdt(claimed)} USDT, ${formatUsdt(pending)} of them on their way to the ledger, which has booked ${formatUsdt(booked)} from the chains`
  }
  return { booked, breaches: [words] }
}

/** Holds beyond their deadline that nobody looks at. */
async function overdue(deps: FloorManagerDeps, underReview: ReadonlySet<string>): Promise<string[]> {
  const nowMs = deps.clock.now()
  return (await deps.queries.cashier.inFlight())
    .filter((event) => event.deadlineMs < nowMs && !underReview.has(event.eventKey))
    .map((event) => `event ${event.eventKey} holds money or units beyond its deadline`)
}
