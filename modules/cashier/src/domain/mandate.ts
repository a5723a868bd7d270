import type { AgentStanding, Mandate, MandateAmounts, StateBodies } from '@species/contracts'
import { bookOf, intentFacts } from '@species/contracts/intents'
import { type Refusal, type Result, formatQuantity, formatUsdt, ok, refuse } from '@species/kernel'
import { type Asset, type Charge, type WindowName, bucketsOf, movedMicroOf, strangerAmong } from './limits.ts'
import { type Approval, type Moved, isGranted, needsApproval } from './approval.ts'
import { isWithin } from './hours.ts'
import { payableOrder } from './pay-from.ts'
import type { Posting } from './posting.ts'

type Matched = StateBodies['matched']
export type MandateRefusal = Refusal<'agent_stopped' | 'mandate_required' | 'outside_mandate'>
type ApprovalRefusal = Refusal<'approval_required'>

export function movedBy({ match, intent }: Matched, { lines }: Pick<Posting, 'lines'>): Moved {
  // One's own units come back: nothing is traded.
  if (bookOf(intent) === 'takes back') return { usdtMicro: 0n, units: 0n }
  return { usdtMicro: movedMicroOf(lines), units: match.units }
}

const windows = [
  ['hour', 'perHour'],
  ['day', 'perDay'],
  ['month', 'perMonth'],
] as const satisfies readonly (readonly [WindowName, keyof MandateAmounts])[]

/**
 * What an agent's event is charged: each window in both assets, bounded or not, so that a later mandate finds what was spent before it.
 * Without a mandate they name the buckets alone, which are locked before the mandate is read.
 */
export function agentCharges(agentId: string, moved: Moved, nowMs: number, mandate?: Mandate): Charge[] {
  const of = (asset: Asset, amount: bigint, bounds: MandateAmounts | undefined): Charge[] =>
    amount === 0n
      ? []
      : windows.map(([window, name]) => {
          const { charged, counted } = bucketsOf(window, asset, nowMs)
          return { keyId: agentId, windowName: charged, units: amount, limit: bounds?.[name], window, asset, counted }
        })
  return [...of('SPECIES', moved.units, mandate?.units), ...of('USDT', moved.usdtMicro, mandate?.usdt)]
}

interface AgentEvent {
  readonly dossier: Matched
  readonly agentId: string
  readonly agent: AgentStanding | undefined
  readonly moved: Moved
  /** Of exactly this event, as it stands now. */
  readonly approval: Approval | undefined
  readonly nowMs: number
}

/**
 * The charges of an agent's event: those of its key, and those that its mandate takes, which are none where an approval has taken them; or
 * why the mandate forbids it.
 */
export function underMandate(
  ofKey: Result<Charge[], Refusal<'limit_exceeded'>>,
  { dossier, agentId, agent, moved, approval, nowMs }: AgentEvent,
): Result<Charge[], MandateRefusal | ApprovalRefusal | Refusal<'limit_exceeded'>> {
  if (!ofKey.ok) return ofKey
  const mandate = mandateOf(agent?.owner === dossier.owner ? agent : undefined, nowMs)
  if (!mandate.ok) return mandate
  const allowed = allowedBy(mandate.value, dossier, moved)
  if (!allowed.ok) return allowed
  const granted = isGranted(approval, moved, nowMs)
  if (granted.ok) return ofKey
  if (needsApproval(mandate.value, moved)) return granted
  return ok([...ofKey.value, ...agentCharges(agentId, moved, nowMs, mandate.value)])
}

/** The mandate of an agent that may act now. */
export function mandateOf(standing: AgentStanding | undefined, nowMs: number): Result<Mandate, MandateRefusal> {
  if (standing === undefined) return refuse('agent_stopped', 'There is no such agent.')
  const { name, status, mandate } = standing
  if (status === 'unreadable')
    return refuse(
      'agent_stopped',
      `The mandate of ${name} was written by a newer version of the program, and this process cannot read it. Try again in a few minutes.`,
    )
  if (status !== 'active') return refuse('agent_stopped', `The agent ${name} ${stopped[status]}`)
  if (mandate === undefined)
    return refuse('mandate_required', `The agent ${name} has no mandate. Ask its owner for one.`)
  if (mandate.expiresAtMs !== undefined && mandate.expiresAtMs <= nowMs)
    return refuse('mandate_required', `The mandate of ${name} has expired. Ask its owner for a new one.`)
  return ok(mandate)
}

const stopped = {
  paused: 'is paused. Ask its owner to resume it.',
  revoked: 'is revoked.',
  stopped_by_owner: 'is stopped: its owner has stopped all agents of theirs.',
  stopped_by_operator: 'is stopped: an operator has stopped all agents for now.',
} as const

/**
 * Whether a mandate allows an event, but for what its windows have left. What it bounds and cannot check, it refuses
 * (docs/decisions/0039).
 */
export function allowedBy(mandate: Mandate, dossier: Matched, moved: Moved): Result<true, MandateRefusal> {
  const why = whatForbids(mandate, dossier) ?? amountForbids(mandate, dossier, moved)
  return why === undefined ? ok(true) : refuse('outside_mandate', why)
}

function whatForbids(mandate: Mandate, dossier: Matched): string | undefined {
  const { intent, event, times } = dossier
  const { intents, counterparties, hours } = mandate
  if (event.putProceeds?.usdtAddress !== undefined || event.putProceeds?.chain !== undefined)
    return 'No mandate allows money out: leave the address of the proceeds out.'
  if (intents && !intents.includes(intent)) return `The mandate allows ${intents.join(', ')}, and not ${intent}.`
  const stranger = counterparties && strangerAmong(counterparties, dossier)
  if (stranger !== undefined)
    return `The mandate allows to trade with ${counterparties?.join(', ') || 'no one'}, and not with ${stranger}.`
  if (hours && (times.accepted === undefined || !isWithin(hours, times.accepted)))
    return `The mandate allows to trade from ${hours.from} to ${hours.to} (${hours.timeZone})${hours.days ? ` on ${hours.days.join(', ')}` : ''}.`
  return sourceForbids(mandate, dossier) ?? priceForbids(mandate, dossier)
}

/** Where the payment comes from: every transfer of it counts, and the owner's credit and their proceeds are sources of their own. */
function sourceForbids({ chains }: Mandate, dossier: Matched): string | undefined {
  const { payment, event } = dossier
  if (chains === undefined || payment.source === 'none') return undefined
  const named = event.payWith?.chain
  const sources =
    payment.source === 'credit'
      ? (['credit', ...(payableOrder(dossier) === undefined ? [] : ['payable' as const])] as const)
      : [...(named === undefined ? [] : [named]), ...payment.claims.map(({ chain }) => chain)]
  const foreign = sources.length === 0 ? 'a chain that is not known' : sources.find((one) => !chains.includes(one))
  return foreign && `The mandate allows payments from ${chains.join(', ') || 'nothing'}, and not from ${foreign}.`
}

/** The dearest and the cheapest unit count. A transfer gives units away at no price that could be checked. */
function priceForbids({ prices }: Mandate, { intent, match }: Matched): string | undefined {
  const { buyAtMost, sellAtLeast } = prices ?? {}
  const { book, money } = intentFacts[intent]
  if ((buyAtMost ?? sellAtLeast) === undefined || book === 'takes back') return undefined
  if (money?.payer === 'user') {
    const totals = match.fills.map(({ totalMicro, units }) => ({ totalMicro, units }))
    const dear = (totals.length === 0 ? [match] : totals).some(
      ({ totalMicro, units }) => buyAtMost !== undefined && totalMicro > buyAtMost * units,
    )
    return dear ? `The mandate allows to buy a unit for at most ${formatUsdt(buyAtMost ?? 0n)} USDT.` : undefined
  }
  if (money === undefined && book !== 'opens')
    return `The mandate bounds prices, and ${intent} has none that could be checked.`
  const cheap =
    sellAtLeast !== undefined &&
    (book === 'opens'
      ? (match.listing?.unitPriceMicro ?? 0n) < sellAtLeast
      : match.totalMicro < sellAtLeast * match.units)
  return cheap ? `The mandate allows to sell a unit for at least ${formatUsdt(sellAtLeast)} USDT.` : undefined
}

function amountForbids({ usdt, units }: Mandate, { intent }: Matched, moved: Moved): string | undefined {
  if (moved.units === 0n) return undefined
  const boundsUnits = Object.values(units ?? {}).some((bound) => bound !== undefined)
  const boundsUsdt = Object.values(usdt ?? {}).some((bound) => bound !== undefined)
  if (!boundsUnits && !(boundsUsdt && moved.usdtMicro > 0n))
    return `The mandate bounds USDT alone, and ${intent} moves units without any. A bound in units would allow it.`
  const over = (['SPECIES', 'USDT'] as const).find((asset) => {
    const [amount, bound] = asset === 'USDT' ? [moved.usdtMicro, usdt?.perTrade] : [moved.units, units?.perTrade]
    return bound !== undefined && amount > bound
  })
  if (over === undefined) return undefined
  const [amount, bound] = over === 'USDT' ? [moved.usdtMicro, usdt?.perTrade] : [moved.units, units?.perTrade]
  const [is, most] = [amount, bound ?? 0n].map((one) => formatQuantity(over, one))
  return `The mandate allows at most ${most} ${over} at once; the event moves ${is}.`
}
