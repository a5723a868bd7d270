import { formatUsdt } from '@species/kernel'
import { compareVaults } from './compare-vaults.ts'
import type { FloorManagerDeps } from './deps.ts'

export interface DoctorReport {
  readonly healthy: boolean
  /** Broken truths, in words. */
  readonly breaches: string[]
  /** Events that have not ended. */
  readonly inFlight: { eventKey: string; eventId: string; owner: string; acceptedAt: string }[]
  readonly openReviews: { eventKey: string; reason: string }[]
  readonly checked: { vaults: number; paymentsUsdt: string }
}

/**
 * Checks what must always be true (DESIGN section 6) while the marketplace runs: the ledger and the book by themselves,
 * vaults against the ledger and claimed payments against money booked, each after adding what is in flight.
 */
export async function examine(deps: FloorManagerDeps): Promise<DoctorReport> {
  const { cashier, matching, marketplace, floorManager } = deps.queries
  const vaults = await compareVaults(deps)
  const payments = await comparePayments(deps)
  const reviews = await floorManager.openReviews()
  const breaches = [
    ...(await cashier.auditLedger()),
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
    checked: { vaults: vaults.compared, paymentsUsdt: formatUsdt(payments.booked) },
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
