import { actorOf } from '@species/contracts'
import { secondPersonResponse } from '@species/flow'
import { type Endpoint, endpoint, json } from '@species/http'
import { toTimestamp } from '@species/platform'
import { z } from 'zod'
import { type HaltRow, endedHalts, openHalts } from '../adapters/halt-rows.ts'
import type { PayoutsDeps } from '../app/deps.ts'
import { createHaltPayouts, resumedSchema, resumingPayouts } from '../app/halt-payouts.ts'
import { notStored } from './wire.ts'

const base = '/admin/v1/payout-halts'
const tag = 'Operations'
/** Halts that have ended, in the list. */
const mostEnded = 100
const reasonSchema = z.strictObject({ reason: z.string().trim().min(8).max(500) })
const time = z.iso.datetime()

const haltSchema = z.strictObject({
  cause: z.string(),
  reason: z.string(),
  by: z.string(),
  at: time,
  resumedBy: z.string().optional(),
  resumeReason: z.string().optional(),
  resumedAt: time.optional(),
})

function view({ cause, reason, by, atMs, ...ended }: HaltRow): z.infer<typeof haltSchema> {
  return {
    cause,
    reason,
    by,
    at: toTimestamp(atMs),
    ...(ended.resumedBy === undefined ? {} : { resumedBy: ended.resumedBy }),
    ...(ended.resumeReason === undefined ? {} : { resumeReason: ended.resumeReason }),
    ...(ended.resumedAtMs === undefined ? {} : { resumedAt: toTimestamp(ended.resumedAtMs) }),
  }
}

/** Halts of all money out: one person halts, two resume. */
export function haltEndpoints(deps: PayoutsDeps): Endpoint[] {
  return [list(deps), halt(deps), resume(deps)]
}

function list({ database }: PayoutsDeps): Endpoint {
  const schema = z.strictObject({
    halted: z.boolean(),
    open: z.array(haltSchema),
    ended: z.array(haltSchema),
  })
  return endpoint(
    {
      method: 'get',
      path: base,
      operationId: 'listPayoutHalts',
      tag,
      summary: 'Whether payouts are halted, and why',
      description: 'The halts that are open, and the newest 100 that have ended.',
      access: 'operator',
      role: 'viewer',
      problems: [],
      responses: { 200: { description: 'The halts', schema } },
    },
    async () => {
      const open = (await openHalts(database)).map(view)
      const ended = (await endedHalts(database, mostEnded)).map(view)
      return json(200, { halted: open.length > 0, open, ended }, notStored)
    },
  )
}

function halt(deps: PayoutsDeps): Endpoint {
  const haltPayouts = createHaltPayouts(deps.clock)
  return endpoint(
    {
      method: 'post',
      path: base,
      operationId: 'haltPayouts',
      tag,
      summary: 'Halt all payouts at once',
      description:
        'One person does it. No payout is asked for, approved, sent or given up any more; what was sent is followed to its end.',
      access: 'operator',
      role: 'operator',
      audit: { action: 'payouts.halt', target: () => 'payouts', stops: true },
      body: { schema: reasonSchema, examples: { seen: { reason: 'money left a wallet, and we do not know why' } } },
      problems: [],
      responses: { 200: { description: 'Halted', schema: z.strictObject({ halted: z.literal(true) }) } },
    },
    async ({ principal, body: { reason } }) => {
      const by = actorOf(principal)
      await deps.database.transaction((tx) => haltPayouts(tx, { cause: `operator:${deps.ids.uuid()}`, reason, by }))
      deps.log.error({ by, reason }, 'payouts are halted by an operator')
      return json(200, { halted: true }, notStored)
    },
  )
}

function resume(deps: PayoutsDeps): Endpoint {
  const action = deps.secondPerson.define(resumingPayouts(deps))
  return endpoint(
    {
      method: 'post',
      path: `${base}/resume`,
      operationId: 'resumePayouts',
      tag,
      summary: 'Resume payouts after a halt',
      description:
        'Takes two people. It ends every halt that is open; one that comes before the approval voids the proposal.',
      access: 'operator',
      role: 'treasurer',
      audit: { action: 'payouts.resume', target: () => 'payouts' },
      body: { schema: reasonSchema, examples: { explained: { reason: 'it was our move to the cold wallet' } } },
      problems: ['payout_state'],
      responses: { 200: { description: 'Resumed', schema: resumedSchema }, ...secondPersonResponse },
    },
    (call) => action.request(call, {}),
  )
}
