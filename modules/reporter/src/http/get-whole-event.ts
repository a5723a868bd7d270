import { type StageMark, chainSchema, endStates, normalisedEventSchema, states } from '@species/contracts'
import { type Endpoint, Problem, endpoint, json } from '@species/http'
import { formatUsdt } from '@species/kernel'
import { toTimestamp } from '@species/platform'
import { z } from 'zod'
import type { ReporterDeps, WholeQueries } from '../app/deps.ts'

const time = z.iso.datetime()
/** Transfers of an event that are told. */
const mostPostings = 100
const stageSchema = z.strictObject({
  module: z.string(),
  state: z.enum(states),
  at: time,
  waitingFor: z.string().optional(),
  waitingUntil: time.optional(),
  refusal: z.strictObject({ code: z.string(), detail: z.string() }).optional(),
})
const postingSchema = z.strictObject({
  transferId: z.string(),
  kind: z.string(),
  at: time,
  entries: z.array(z.strictObject({ account: z.string(), asset: z.string(), amount: z.string() })),
})
const wholeSchema = z.strictObject({
  eventKey: z.uuid(),
  eventId: z.string(),
  owner: z.string(),
  acceptedAt: time,
  ended: z.enum(endStates).optional(),
  event: normalisedEventSchema.optional().describe('what was asked for; absent where this version cannot read it'),
  stages: z.array(stageSchema).describe('how far each module has brought it, oldest first'),
  payments: z.array(
    z.strictObject({
      chain: chainSchema,
      hash: z.string(),
      from: z.string(),
      to: z.string(),
      amount: z.string().describe('USDT'),
      minedAt: time,
      claimedAt: time,
      vanishedAt: time.optional(),
    }),
  ),
  postings: z.array(postingSchema).describe('what it moved in the ledger'),
  receipt: z.strictObject({ receiptId: z.string(), state: z.enum(endStates), issuedAt: time }).optional(),
})

/** Everything that is stored about an event, for the operator who wonders about it. Read where it is written. */
export function getWholeEvent({ whole }: Pick<ReporterDeps, 'whole'>): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: '/admin/v1/events/{eventKey}',
      operationId: 'getWholeEvent',
      tag: 'Operations',
      summary: 'An event, with every step of it',
      description:
        'What was asked for, how far each module has brought it, its payments, its postings and its receipt.',
      access: 'operator',
      role: 'viewer',
      params: z.strictObject({ eventKey: z.uuid() }),
      problems: ['not_found'],
      responses: { 200: { description: 'The event', schema: wholeSchema } },
    },
    async ({ params: { eventKey } }) => {
      const row = (await whole.marketplace.eventsByKey([eventKey])).get(eventKey)
      if (!row) throw new Problem('not_found', 'There is no event with this key.')
      const [event, stages, payments, postings, receipt] = await Promise.all([
        whole.marketplace.eventBody(eventKey),
        stagesOf(whole, eventKey),
        paymentsOf(whole, eventKey),
        postingsOf(whole, eventKey),
        whole.floorManager.receiptOf(eventKey),
      ])
      const answer: z.infer<typeof wholeSchema> = {
        eventKey,
        eventId: row.eventId,
        owner: row.owner,
        acceptedAt: toTimestamp(row.acceptedAtMs),
        ...(row.ended === undefined ? {} : { ended: row.ended }),
        ...(event ? { event } : {}),
        stages,
        payments,
        postings,
        ...(receipt
          ? {
              receipt: {
                receiptId: receipt.receiptId,
                state: receipt.state,
                issuedAt: toTimestamp(receipt.issuedAtMs),
              },
            }
          : {}),
      }
      return json(200, answer, { 'cache-control': 'no-store' })
    },
  )
}

async function stagesOf(whole: WholeQueries, eventKey: string): Promise<z.infer<typeof stageSchema>[]> {
  const { validator, matching, cashier, assetManager, floorManager } = whole
  const modules = { validator, matching, cashier, assetManager, floorManager }
  const found = await Promise.all(
    Object.entries(modules).map(async ([module, one]) => ({ module, mark: await one.stageOf(eventKey) })),
  )
  return found
    .flatMap(({ module, mark }) => (mark ? [{ module, mark }] : []))
    .sort((one, other) => one.mark.atMs - other.mark.atMs)
    .map(({ module, mark }) => stageView(module, mark))
}

function stageView(module: string, mark: StageMark): z.infer<typeof stageSchema> {
  return {
    module,
    state: mark.state,
    at: toTimestamp(mark.atMs),
    ...(mark.awaiting ? { waitingFor: mark.awaiting.text } : {}),
    ...(mark.untilMs === undefined ? {} : { waitingUntil: toTimestamp(mark.untilMs) }),
    ...(mark.refusal ? { refusal: { code: mark.refusal.code, detail: mark.refusal.detail } } : {}),
  }
}

async function paymentsOf(
  { validator }: WholeQueries,
  eventKey: string,
): Promise<z.infer<typeof wholeSchema>['payments']> {
  return (await validator.paymentsOf({ eventKey })).map((one) => ({
    chain: one.chain,
    hash: one.hash,
    from: one.fromAddress,
    to: one.toAddress,
    amount: formatUsdt(one.amountMicro),
    minedAt: toTimestamp(one.minedAtMs),
    claimedAt: toTimestamp(one.claimedAtMs),
    ...(one.vanishedAtMs === undefined ? {} : { vanishedAt: toTimestamp(one.vanishedAtMs) }),
  }))
}

async function postingsOf({ cashier }: WholeQueries, eventKey: string): Promise<z.infer<typeof postingSchema>[]> {
  return (await cashier.transfersOf(eventKey, mostPostings)).map(({ transferId, kind, atMs, entries }) => ({
    transferId,
    kind,
    at: toTimestamp(atMs),
    entries: entries.map(({ account, asset, amount }) => ({
      account,
      asset,
      amount: asset === 'USDT' ? formatUsdt(amount) : amount.toString(),
    })),
  }))
}
