import type { Mandate } from '@species/contracts'

/** Agents of one user that are not revoked. */
export const maxAgents = 20

/**
 * Whether everything that `inner` allows is allowed by `outer` too: then it only narrows, and needs no confirmation. Where that cannot be
 * told for sure, as of hours in another time zone, it is not.
 */
export function coversMandate(outer: Mandate, inner: Mandate): boolean {
  return (
    coversAmounts(outer.usdt, inner.usdt) &&
    coversAmounts(outer.units, inner.units) &&
    // A mandate without bounds in units allows no event that moves units alone; with them it does.
    (hasBound(outer.units) || !hasBound(inner.units)) &&
    coversList(outer.intents, inner.intents) &&
    coversList(outer.counterparties, inner.counterparties) &&
    coversList(outer.chains, inner.chains) &&
    // A mandate that bounds prices allows no transfer: such bounds are never exchanged for others, only tightened.
    atMost(outer.prices?.buyAtMost, inner.prices?.buyAtMost) &&
    atLeast(outer.prices?.sellAtLeast, inner.prices?.sellAtLeast) &&
    coversHours(outer.hours, inner.hours) &&
    atMost(outer.expiresAtMs, inner.expiresAtMs) &&
    coversApproval(outer.approvalAbove, inner.approvalAbove)
  )
}

type Amounts = Mandate['usdt']

function hasBound(amounts: Amounts): boolean {
  return Object.values(amounts ?? {}).some((bound) => bound !== undefined)
}

function coversAmounts(outer: Amounts, inner: Amounts): boolean {
  return (['perTrade', 'perHour', 'perDay', 'perMonth'] as const).every((name) => atMost(outer?.[name], inner?.[name]))
}

function atMost(bound: bigint | number | undefined, value: bigint | number | undefined): boolean {
  return bound === undefined || (value !== undefined && value <= bound)
}

function atLeast(bound: bigint | undefined, value: bigint | undefined): boolean {
  return bound === undefined || (value !== undefined && value >= bound)
}

function coversList(outer: readonly string[] | undefined, inner: readonly string[] | undefined): boolean {
  return outer === undefined || (inner !== undefined && inner.every((one) => outer.includes(one)))
}

/** Only the days can be seen to be fewer: spans over midnight and changes of the clock make anything else hard to tell. */
function coversHours(outer: Mandate['hours'], inner: Mandate['hours']): boolean {
  if (outer === undefined) return true
  if (inner === undefined) return false
  return (
    outer.timeZone === inner.timeZone &&
    outer.from === inner.from &&
    outer.to === inner.to &&
    coversList(outer.days, inner.days)
  )
}

/** With a threshold in USDT alone, whatever moves units alone takes an approval; one in units may lift that. */
function coversApproval(outer: Mandate['approvalAbove'], inner: Mandate['approvalAbove']): boolean {
  if (outer === undefined) return true
  return (
    atMost(outer.usdt, inner?.usdt) &&
    atMost(outer.units, inner?.units) &&
    (outer.units !== undefined || inner?.units === undefined)
  )
}
