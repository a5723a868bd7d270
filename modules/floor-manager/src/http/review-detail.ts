import type { FloorManagerQueries, LedgerTransfer, ModuleName, StageMark } from '@species/contracts'
import { type Endpoint, Problem, endpoint, json } from '@species/http'
import { formatQuantity } from '@species/kernel'
import { toTimestamp } from '@species/platform'
import { z } from 'zod'
import { type ReviewDetail, readReviewDetail } from '../adapters/review-details.ts'
import type { FloorManagerDeps } from '../app/deps.ts'

/** Transfers of one event that are shown. */
const mostPostings = 200

const time = z.iso.datetime()
const stepSchema = z.strictObject({
  module: z.string(),
  state: z.string(),
  at: time,
  awaiting: z.string().optional().describe('what it waits for'),
  until: time.optional(),
  refusal: z.string().optional().describe('why it is on the road back'),
})
const postingSchema = z.strictObject({
  transferId: z.string(),
  kind: z.string(),
  at: time,
  entries: z.array(z.strictObject({ account: z.string(), asset: z.enum(['USDT', 'SPECIES']), amount: z.string() })),
})

const detailSchema = z.strictObject({
  eventKey: z.uuid(),
  raisedBy: z.string().describe('the module that asks'),
  reason: z.string(),
  facts: z.record(z.string(), z.string()),
  openedAt: time,
  decision: z.enum(['confirm', 'refuse']).optional(),
  decisionReason: z.string().optional(),
  decidedBy: z.string().optional(),
  decidedAt: time.optional(),
  times: z.record(z.string(), time).describe('when the event reached each state, as its message says'),
  steps: z.array(stepSchema).describe('how each module has the event now, from its own row'),
  postings: z.array(postingSchema).describe('what the ledger has posted for it, at most 200 transfers'),
  proof: z
    .unknown()
    .describe('the payment section of the message: claims, where it was paid; absent where none was asked for'),
  delivery: z.unknown().describe('what was asked of Onli Cloud'),
  oracle: z.unknown().describe('what Onli Cloud says of it'),
  receiptId: z.string().optional(),
  message: z.unknown().describe('the whole message with which it came to review'),
})

/** One review with all that is known of its event. Decided ones stay visible. */
export function getReview(deps: FloorManagerDeps): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: '/admin/v1/reviews/{eventKey}',
      operationId: 'getReview',
      tag: 'Operations',
      summary: 'One review: every step, posting, proof and the message',
      description:
        'From the rows of each module at the time of asking. Decided reviews are kept, with who decided and why.',
      access: 'operator',
      role: 'viewer',
      params: z.object({ eventKey: z.uuid() }),
      problems: ['not_found'],
      responses: { 200: { description: 'What is known', schema: detailSchema } },
    },
    async ({ params: { eventKey } }) => {
      const review = await readReviewDetail(deps.database, eventKey)
      if (!review) throw new Problem('not_found', 'There is no review of that event.')
      const { queries } = deps
      const [steps, postings, receipt] = await Promise.all([
        stepsOf(deps, eventKey),
        queries.cashier.transfersOf(eventKey, mostPostings),
        queries.floorManager.receiptOf(eventKey),
      ])
      return json(200, viewOf(review, steps, postings, receipt), { 'cache-control': 'no-store' })
    },
  )
}

async function stepsOf({ queries }: FloorManagerDeps, eventKey: string): Promise<[ModuleName, StageMark][]> {
  const asked = [
    ['validator', queries.validator],
    ['matching', queries.matching],
    ['cashier', queries.cashier],
    ['asset-manager', queries.assetManager],
    ['floor-manager', queries.floorManager],
  ] as const
  const marks = await Promise.all(
    asked.map(async ([name, answers]) => [name, await answers.stageOf(eventKey)] as const),
  )
  return marks.flatMap(([name, mark]) => (mark ? [[name, mark] as [ModuleName, StageMark]] : []))
}

function viewOf(
  review: ReviewDetail,
  steps: readonly [ModuleName, StageMark][],
  postings: readonly LedgerTransfer[],
  receipt: Awaited<ReturnType<FloorManagerQueries['receiptOf']>>,
): z.infer<typeof detailSchema> {
  const { message } = review
  return {
    eventKey: review.eventKey,
    raisedBy: review.raisedBy,
    reason: review.reason,
    facts: review.facts,
    openedAt: toTimestamp(review.openedAtMs),
    ...(review.decision === undefined ? {} : { decision: review.decision }),
    ...(review.decisionReason === undefined ? {} : { decisionReason: review.decisionReason }),
    ...(review.decidedBy === undefined ? {} : { decidedBy: review.decidedBy }),
    ...(review.decidedAtMs === undefined ? {} : { decidedAt: toTimestamp(review.decidedAtMs) }),
    times: Object.fromEntries(
      Object.entries(message['times'] ?? {}).flatMap(([state, ms]) =>
        typeof ms === 'number' ? [[state, toTimestamp(ms)]] : [],
      ),
    ),
    steps: steps.map(([module, mark]) => ({
      module,
      state: mark.state,
      at: toTimestamp(mark.atMs),
      ...(mark.awaiting === undefined ? {} : { awaiting: mark.awaiting.what }),
      ...(mark.untilMs === undefined ? {} : { until: toTimestamp(mark.untilMs) }),
      ...(mark.refusal === undefined ? {} : { refusal: `${mark.refusal.code}: ${mark.refusal.detail}` }),
    })),
    postings: postings.map(({ transferId, kind, atMs, entries }) => ({
      transferId,
      kind,
      at: toTimestamp(atMs),
      entries: entries.map((entry) => ({
        account: entry.account,
        asset: entry.asset,
        amount: formatQuantity(entry.asset, entry.amount),
      })),
    })),
    proof: message['payment'],
    delivery: message['delivery'],
    oracle: message['oracle'],
    ...(receipt ? { receiptId: receipt.receiptId } : {}),
    message,
  }
}
