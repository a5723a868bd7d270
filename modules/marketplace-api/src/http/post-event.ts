import {
  type MarketplaceEvent,
  type Principal,
  type ProceedsAsked,
  type ReadableConfig,
  type WireEvent,
  confirmationHeader,
  normaliseEvent,
  receiptIdOf,
  wireEventSchema,
} from '@species/contracts'
import { type Endpoint, Problem, endpoint, json } from '@species/http'
import { z } from 'zod'
import { marketplaceQueries } from '../adapters/event-queries.ts'
import type { createAccept } from '../app/accept-event.ts'
import { createBacklog } from '../app/backlog.ts'
import { type Full, createPaymentDoor, maxUnprovenPerOwner, maxWatchedPerOwner } from '../app/unproven-payments.ts'
import type { MarketplaceApiDeps } from '../app/deps.ts'
import { judgeEvent } from '../app/preview-event.ts'
import { eventExamples } from './event-examples.ts'

const acceptedSchema = z.strictObject({
  eventId: z.string(),
  status: z.literal('accepted'),
  acceptedAt: z.string(),
  receiptId: z.string().describe('Where the receipt will be, for the owner and every counterparty'),
  links: z.strictObject({ status: z.string(), stream: z.string(), receipt: z.string() }),
})

const path = '/marketplace/v1/events'

const refusals = [
  'invalid_amount',
  'not_your_account',
  'payouts_unsupported',
  'unknown_destination',
  'address_refused',
  'confirmation_required',
  'confirmation_invalid',
  'invalid_request',
  'trading_halted',
  'too_many_unproven_payments',
  'event_id_conflict',
  'quote_ended',
  'agent_stopped',
  'mandate_required',
  'approval_required',
  'too_many_approvals',
] as const

export function postEvent(deps: MarketplaceApiDeps, accept: ReturnType<typeof createAccept>): Endpoint {
  const backlog = createBacklog(deps)
  const door = createPaymentDoor(deps)
  return endpoint(
    {
      method: 'post',
      path,
      operationId: 'submitEvent',
      tag: 'Events',
      summary: 'Send an event',
      description:
        'Buys, sells, transfers, redeems or delists. Answers 202 once the event is stored for ever; the receipt follows. The same eventId with the same body gets the first answer again.',
      access: 'trade',
      specificationScheme: true,
      requestHeaders: [confirmationHeader],
      body: { schema: wireEventSchema, examples: eventExamples },
      problems: refusals,
      responses: {
        202: { description: 'Accepted, now or before', schema: acceptedSchema, headers: ['Location'] },
      },
    },
    async ({ principal, body, rawBody, headers, trace }) => {
      ownAccountOnly(principal, body.from)
      const event = normaliseEvent(body)
      const quoteId = event.payWith?.quote
      const terms = quoteId === undefined ? undefined : await deps.quotes(deps.database).terms(quoteId, body.from)
      const closed =
        (quoteId !== undefined && !terms ? new Problem('quote_ended', 'You have no such quote.') : undefined) ??
        closedBy(await deps.config.readable()) ??
        (backlog.take(principal.onliId) ? undefined : overloaded()) ??
        (event.payWith?.source === 'chain' ? fullOf(await door(principal.onliId, backlog.waiting())) : undefined) ??
        (await payoutRefused(deps, principal, body, { rawBody, confirmation: headers.get(confirmationHeader) })) ??
        (await heldBack(deps, principal, event))
      // A resend gets its first answer even now: who is told "not accepted" would send it again as another event.
      if (closed && !(await marketplaceQueries(deps.database).eventByOwner(principal.onliId, body.eventId)))
        throw closed
      const accepted = await accept({
        principal,
        event,
        rawBody,
        trace,
        ...(terms ? { pinnedVersion: terms.configVersion } : {}),
      })
      if (!accepted.ok) throw new Problem(accepted.refusal.code, accepted.refusal.detail)
      const { kept } = accepted.value
      const own = `${path}/${kept.eventId}`
      const answer: z.infer<typeof acceptedSchema> = {
        eventId: kept.eventId,
        status: 'accepted',
        acceptedAt: new Date(kept.acceptedAtMs).toISOString(),
        receiptId: receiptIdOf(kept.eventKey),
        links: { status: own, stream: `${own}/stream`, receipt: `/marketplace/v1/receipts/${kept.eventId}` },
      }
      return json(202, answer, { location: own })
    },
  )
}

/** A key acts for its own user alone. */
export function ownAccountOnly({ onliId }: Pick<Principal, 'onliId'>, from: string): void {
  if (from !== onliId)
    throw new Problem('not_your_account', `This key belongs to ${onliId}; only ${from} acts for ${from}.`)
}

/** Where an event wants its proceeds sent, if it says so. */
export function proceedsAskedBy({ from, eventId, putProceeds }: WireEvent): ProceedsAsked | undefined {
  const { chain, usdtAddress } = putProceeds ?? {}
  if (usdtAddress === undefined && chain === undefined) return undefined
  if (usdtAddress === undefined || chain === undefined)
    throw new Problem('invalid_request', 'Name both `putProceeds.usdtAddress` and `putProceeds.chain`, or neither.')
  return { owner: from, eventId, chain, address: usdtAddress }
}

/** Why the proceeds of an event cannot go where it says, if they cannot. An event that does not say it needs nothing. */
async function payoutRefused(
  { proceeds }: Pick<MarketplaceApiDeps, 'proceeds'>,
  principal: Principal,
  event: WireEvent,
  { rawBody, confirmation }: { readonly rawBody: string; readonly confirmation: string | null },
): Promise<Problem | undefined> {
  const asked = proceedsAskedBy(event)
  if (asked === undefined) return undefined
  const allowed = await proceeds.allow(principal, asked, {
    action: { method: 'POST', path, body: rawBody },
    confirmation,
  })
  return allowed.ok ? undefined : new Problem(allowed.refusal.code, allowed.refusal.detail)
}

/** Why an agent's event is not accepted, if it is not: the agent is stopped, or a person must approve the event first. */
async function heldBack(
  deps: MarketplaceApiDeps,
  { onliId, keyId, limits }: Principal,
  event: MarketplaceEvent,
): Promise<Problem | undefined> {
  if (limits?.agent === undefined) return undefined
  const { preview } = deps
  const refused = await deps.agentGate.admit(limits.agent, {
    owner: onliId,
    event,
    async judged() {
      if (!preview) return undefined
      const { matched, config } = await judgeEvent({ ...deps, preview }, event, keyId)
      return matched.ok ? { dossier: matched.value, config } : undefined
    },
  })
  return refused && new Problem(refused.code, refused.detail, refused.members ? { members: refused.members } : {})
}

/** Why no new event is taken now, if none is. */
function closedBy({ version, newest, config }: ReadableConfig): Problem | undefined {
  if (newest !== version) {
    const detail = `Version ${newest} of the configuration was written by a newer version of the program, and the process that answers cannot read it. The event was not accepted. Send the same event again.`
    return new Problem('service_unavailable', detail, { retryAfterSeconds: 30 })
  }
  if (config.trading === 'off') {
    const detail = 'No event is accepted now. Read the status and try again later.'
    return new Problem('trading_halted', detail, { retryAfterSeconds: 30 })
  }
  return undefined
}

/** There is no place for one more event of this owner. */
function overloaded(): Problem {
  const detail = 'The event was not accepted. Send the same event again.'
  return new Problem('overloaded', detail, { retryAfterSeconds: 2 })
}

/** Why no more unproven payments are taken, if none are. */
function fullOf(full: Full | undefined): Problem | undefined {
  if (full === undefined) return undefined
  if (full === 'all')
    return new Problem('overloaded', 'Too many payments wait to be proven. Send the same event again.', {
      retryAfterSeconds: 30,
    })
  if (full === 'owner_watched') {
    const detail = `${maxWatchedPerOwner} of your payments wait to be proven, or were not found in time and are still watched. The event was not accepted: send it again when a watch has ended, or pay from your credit.`
    return new Problem('too_many_unproven_payments', detail, { retryAfterSeconds: 3_600 })
  }
  const detail = `${maxUnprovenPerOwner} of your events wait for their payments. The event was not accepted: send it again when one has ended.`
  return new Problem('too_many_unproven_payments', detail, { retryAfterSeconds: 30 })
}
