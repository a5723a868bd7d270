import {
  type Intent,
  type MarketplaceConfig,
  type MarketplaceEvent,
  type Match,
  type PinnedConfig,
  type QuoteTerms,
  type StateBodies,
  intentSchema,
} from '@species/contracts'
import { type Result, formatUsdt, ok, refuse } from '@species/kernel'
import { z } from 'zod'
import type { MarketplaceApiDeps, PreviewRules } from './deps.ts'
import { refusalSchema, refusalView } from './event-status.ts'

const usdt = (text: string): z.ZodString => z.string().describe(`USDT: ${text}`)

export const previewSchema = z.strictObject({
  configVersion: z.number(),
  intent: intentSchema.optional(),
  units: z.string().optional().describe('SPECIES that would change owner'),
  total: usdt('the price of all units').optional(),
  fee: usdt('the fee').optional(),
  due: usdt('what you would pay, with the fee').optional(),
  paidFrom: z
    .strictObject({ proceeds: usdt('of your proceeds'), credit: usdt('of your credit') })
    .optional()
    .describe('with `payWith.payable`: from where it would be paid as your balances stand'),
  proceeds: usdt('what you would get, less the fee; of a listing once all of it is sold').optional(),
  fills: z
    .array(z.strictObject({ listingId: z.string(), units: z.string(), unitPrice: usdt('for one unit') }))
    .describe('the listings it would be bought from'),
  expiresAt: z.string().optional().describe('when the listing would end'),
  refusal: refusalSchema.optional().describe('why it would be refused as things stand'),
})
export type Preview = z.infer<typeof previewSchema>

type PreviewDeps = Pick<
  MarketplaceApiDeps,
  'ids' | 'clock' | 'config' | 'classifierVersion' | 'database' | 'quotes'
> & {
  readonly preview: PreviewRules
}

/** An event as it would be matched now, or why not; with the configuration that it would be pinned to. */
export interface Judged {
  readonly configVersion: number
  readonly config: MarketplaceConfig
  readonly intent?: Intent
  readonly matched: Result<StateBodies['matched']>
}

/** Matches an event as if it were sent now, by the rules that decide. Nothing is kept, locked or reserved. */
export async function judgeEvent(deps: PreviewDeps, event: MarketplaceEvent, keyId: string): Promise<Judged> {
  const quoteId = event.payWith?.quote
  const terms = quoteId === undefined ? undefined : await deps.quotes(deps.database).terms(quoteId, event.from)
  const { version: configVersion, config } = await pinnedBy(deps, terms)
  const intent = deps.preview.classify(event, deps.classifierVersion)
  if (!intent.ok) return { configVersion, config, matched: intent }
  const nowMs = deps.clock.now()
  const dossier: StateBodies['validated'] = {
    eventKey: deps.ids.uuid(),
    eventId: event.eventId,
    owner: event.from,
    keyId,
    event,
    configVersion,
    classifierVersion: deps.classifierVersion,
    deadlineMs: nowMs,
    times: { accepted: nowMs },
    intent: intent.value,
    payment: { source: event.payWith === undefined ? 'none' : event.payWith.source, claims: [] },
  }
  const match =
    quoteId === undefined
      ? await deps.preview.match(dossier, config)
      : terms
        ? ok(terms.match)
        : refuse('quote_ended', 'You have no such quote.')
  return {
    configVersion,
    config,
    intent: intent.value,
    matched: match.ok ? ok({ ...dossier, match: match.value }) : match,
  }
}

/**
 * What an event would come to if it were sent now, by the rules that decide. Nothing is kept, locked or reserved, and neither the
 * payment nor balances and limits are looked at: it is no promise.
 */
export async function previewEvent(deps: PreviewDeps, event: MarketplaceEvent, keyId: string): Promise<Preview> {
  const { configVersion, config, intent, matched } = await judgeEvent(deps, event, keyId)
  const known = intent === undefined ? {} : { intent }
  if (!matched.ok) return { configVersion, fills: [], ...known, refusal: refusalView(matched.refusal) }
  const estimate = deps.preview.estimate(matched.value, config)
  const paid = await deps.preview.payingAccounts(event, estimate.dueMicro)
  const paidFrom = paid && { proceeds: formatUsdt(paid.payable), credit: formatUsdt(paid.credit) }
  return { configVersion, ...known, ...figuresOf(matched.value.match, estimate), ...(paidFrom ? { paidFrom } : {}) }
}

/** A quote has the prices and fees of its own version. */
async function pinnedBy(
  { config }: Pick<MarketplaceApiDeps, 'config'>,
  terms: QuoteTerms | undefined,
): Promise<PinnedConfig> {
  if (!terms) return await config.current()
  return { version: terms.configVersion, config: await config.at(terms.configVersion) }
}

function figuresOf(
  match: Match,
  { totalMicro, feeMicro, dueMicro, proceedsMicro }: ReturnType<PreviewRules['estimate']>,
): Omit<Preview, 'configVersion' | 'intent' | 'refusal'> {
  return {
    units: match.units.toString(),
    total: formatUsdt(totalMicro),
    fee: formatUsdt(feeMicro),
    due: formatUsdt(dueMicro),
    proceeds: formatUsdt(proceedsMicro),
    fills: match.fills.map(({ listingId, units, unitPriceMicro }) => ({
      listingId,
      units: units.toString(),
      unitPrice: formatUsdt(unitPriceMicro),
    })),
    ...(match.listing ? { expiresAt: new Date(match.listing.expiresAtMs).toISOString() } : {}),
  }
}
