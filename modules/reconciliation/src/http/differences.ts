import { type Chain, chains, onliIdSchema } from '@species/contracts'
import type { Sql } from '@species/database'
import { type TwoPersonAction, secondPersonResponse } from '@species/flow'
import { type Endpoint, Problem, endpoint, json } from '@species/http'
import { formatQuantity, isReservedName } from '@species/kernel'
import { z } from 'zod'
import { type DifferenceRow, closeDifference, findDifference, listDifferences } from '../adapters/difference-rows.ts'
import { explainOutflow, openOutflows } from '../adapters/outflow-rows.ts'
import { outflowName } from '../app/compare-outflows.ts'
import type { ReconciliationDeps } from '../app/deps.ts'
import { bookableAs, bookingFault, bookingOf } from '../domain/booking.ts'
import { differenceClassNames, factsOf } from '../domain/difference.ts'
import { differenceSchema, viewOf } from './view.ts'

const idSchema = z.string().regex(/^dif_[0-9a-f]{32}$/)
const params = z.object({ differenceId: idSchema })

const querySchema = z.object({
  state: z.enum(['open', 'suspected', 'closed', 'standing']).default('standing'),
  class: z.enum(differenceClassNames).optional(),
  cursor: idSchema.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})

/** What operators see of differences, and how they close them. */
export function differenceEndpoints(deps: ReconciliationDeps): Endpoint[] {
  return [list(deps), read(deps), close(deps)]
}

function list(deps: ReconciliationDeps): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: '/admin/v1/differences',
      operationId: 'listDifferences',
      tag: 'Operations',
      summary: 'What differs between the ledger and everything else',
      description: 'The oldest first; `standing` shows what is open or suspected. Closed ones are kept.',
      access: 'operator',
      role: 'viewer',
      query: querySchema,
      problems: [],
      responses: {
        200: {
          description: 'A page',
          schema: z.strictObject({ differences: z.array(differenceSchema), cursor: z.string().optional() }),
        },
      },
    },
    async ({ query }) => {
      const { state, limit, cursor } = query
      const rows = await listDifferences(deps.database, {
        states: state === 'standing' ? ['open', 'suspected'] : [state],
        ...(query.class === undefined ? {} : { name: query.class }),
        ...(cursor === undefined ? {} : { after: cursor }),
        limit,
      })
      const last = rows.length === limit ? rows.at(-1)?.differenceId : undefined
      const differences = rows.map((row) => viewOf(row, deps.clock.now()))
      return json(200, { differences, ...(last === undefined ? {} : { cursor: last }) })
    },
  )
}

function read(deps: ReconciliationDeps): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: '/admin/v1/differences/{differenceId}',
      operationId: 'getDifference',
      tag: 'Operations',
      summary: 'One difference',
      description: 'With its likely cause, its age, and how it is closed.',
      access: 'operator',
      role: 'viewer',
      params,
      problems: ['not_found'],
      responses: { 200: { description: 'The difference', schema: differenceSchema } },
    },
    async (call) => {
      const row = await findDifference(deps.database, call.params.differenceId)
      if (!row) throw missing(call.params.differenceId)
      return json(200, viewOf(row, deps.clock.now()))
    },
  )
}

const closingSchema = z.strictObject({
  as: z.enum(['explained', ...bookableAs]).describe('`explained`: nothing is booked, the reason says why it stays'),
  onliId: onliIdSchema
    .refine((name) => !isReservedName(name), 'is not a user')
    .optional()
    .describe('the user who owes it, where it is booked as `receivable`'),
})
type Closing = z.infer<typeof closingSchema> & { readonly differenceId: string }

function close(deps: ReconciliationDeps): Endpoint {
  const action = deps.secondPerson.define(closingAction(deps))
  return endpoint(
    {
      method: 'post',
      path: '/admin/v1/differences/{differenceId}/close',
      operationId: 'closeDifference',
      tag: 'Operations',
      summary: 'Close a difference with a reason, or book it',
      description:
        'Whatever is booked, and whatever is closed about our wallets, takes two people. `explained` holds for this amount: another one is a new difference.',
      access: 'operator',
      role: 'treasurer',
      audit: { action: 'difference.close', target: (asked) => asked.params.differenceId },
      params,
      body: {
        schema: closingSchema.extend({ reason: z.string().trim().min(8).max(1_000) }),
        examples: {
          opening: { as: 'treasury', reason: 'The balance of the wallet before the marketplace opened.' },
          explained: { as: 'explained', reason: 'Entered in Firefly III by the auditor, ticket 1234.' },
        },
      },
      problems: ['not_found', 'invalid_request'],
      responses: { 200: { description: 'Closed', schema: differenceSchema }, ...secondPersonResponse },
    },
    async (call) => {
      const { as, onliId } = call.body
      const { differenceId } = call.params
      return await action.request(call, { differenceId, as, ...(onliId === undefined ? {} : { onliId }) })
    },
  )
}

/** What closes a difference, in the transaction in which it is booked. */
function closingAction(deps: ReconciliationDeps): TwoPersonAction<Closing> {
  return {
    kind: 'difference.close',
    role: 'treasurer',
    schema: closingSchema.extend({ differenceId: idSchema }),
    target: ({ differenceId }) => differenceId,
    async inWords(tx, body) {
      const row = await openOne(tx, body)
      const amount = row.amount === undefined ? '' : ` of ${formatQuantity(row.asset ?? 'USDT', row.amount)}`
      const how =
        body.as === 'explained'
          ? 'as explained'
          : `as ${body.as}${body.onliId === undefined ? '' : ` of ${body.onliId}`}`
      return `close the difference${amount} at ${row.subject} (${factsOf(row.class).what}) ${how}`
    },
    version: async (tx, body) => String((await openOne(tx, body)).amount ?? ''),
    needsTwo: async (tx, body) => body.as !== 'explained' || (await openOne(tx, body)).class === 'chain_balance',
    async run(tx, body, { actor, reason }) {
      const row = await openOne(tx, body)
      if (body.as !== 'explained') await book(deps, tx, row, body)
      const nowMs = deps.clock.now()
      const isBooked = body.as !== 'explained'
      await closeDifference(tx, row.differenceId, {
        resolution: isBooked ? 'booked' : 'explained',
        actor,
        reason,
        ...(isBooked ? { bookedTo: body.onliId === undefined ? body.as : `${body.as}:${body.onliId}` } : {}),
        nowMs,
      })
      const closed = await findDifference(tx, row.differenceId)
      return { answer: closed ? viewOf(closed, nowMs) : {}, after: { as: body.as, subject: row.subject } }
    },
  }
}

/** An open difference that can be closed so, locked. Throws a Problem where it is not. */
async function openOne(tx: Sql, { differenceId, as }: Pick<Closing, 'differenceId' | 'as'>): Promise<DifferenceRow> {
  const row = await findDifference(tx, differenceId, 'lock')
  if (!row) throw missing(differenceId)
  if (row.state !== 'open')
    throw new Problem('invalid_request', `${differenceId} is ${row.state}. Only an open difference is closed.`)
  const { closing, remedy } = factsOf(row.class)
  const wanted = as === 'explained' ? 'reason' : 'booking'
  if (!closing.includes(wanted))
    throw new Problem(
      'invalid_request',
      `A difference of the class ${row.class} is not closed by a ${wanted}. ${remedy}`,
    )
  return row
}

async function book(deps: ReconciliationDeps, tx: Sql, row: DifferenceRow, { as, onliId }: Closing): Promise<void> {
  if (as === 'explained') return
  const chain = chainOf(row)
  const toBook = { differenceId: row.differenceId, chain, amountMicro: row.amount ?? 0n, as, onliId }
  const fault = bookingFault(toBook)
  if (fault !== undefined) throw new Problem('invalid_request', fault)
  if (onliId !== undefined && !(await deps.ask.authenticator(tx).standings([onliId])).has(onliId))
    throw new Problem('not_found', `There is no user ${onliId}.`)
  if (row.class === 'unexplained_outflow') {
    const outflow = (await openOutflows(tx, chain)).find((one) => outflowName(one) === row.subject)
    // What is booked proves no payout afterwards, nor the other way round.
    const claimed =
      outflow &&
      (await deps
        .claims(tx)
        .claim(
          outflow,
          { kind: 'refund', ref: row.differenceId },
          { nowMs: deps.clock.now(), trace: row.differenceId },
        ))
    if (claimed?.kind === 'halted')
      throw new Problem(
        'invalid_request',
        `${chain} is halted: nothing is booked of what it shows. Lift the halt first.`,
      )
    if (!outflow || claimed?.kind !== 'claimed' || !(await explainOutflow(tx, outflow, 'booked')))
      throw new Problem('invalid_request', 'This transfer is explained by now. Run `species reconcile`.')
  }
  const posted = await deps.ledger(tx).post([bookingOf(toBook)])
  if (!posted.ok)
    throw new Problem('invalid_request', `${posted.shortfall.account} does not have so much. Book it as costs or loss.`)
}

function chainOf({ subject }: DifferenceRow): Chain {
  const chain = chains.find((one) => subject === `world:${one}` || subject.startsWith(`${one} `))
  if (!chain) throw new Problem('invalid_request', `${subject} is not of a chain.`)
  return chain
}

function missing(differenceId: string): Problem {
  return new Problem('not_found', `There is no difference ${differenceId}.`)
}
