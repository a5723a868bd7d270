import { chainSchema, isDenied, onliIdSchema, transferStatuses } from '@species/contracts'
import { about } from '@species/bus'
import { secondPersonResponse } from '@species/flow'
import { type Endpoint, Problem, endpoint, json } from '@species/http'
import { formatUsdt, isReservedName, lifeSuffix } from '@species/kernel'
import { toTimestamp } from '@species/platform'
import { z } from 'zod'
import { type Deposit, explain, listDeposits, lockDeposit } from '../adapters/deposit-rows.ts'
import type { DepositsDeps } from '../app/deps.ts'
import { keepMoney } from '../app/suspense.ts'
import { forwarded } from './forwarded.ts'
import { depositIdSchema, halted, inSuspense, missing, params, reason, taken } from './in-suspense.ts'

const time = z.iso.datetime()

const depositSchema = z.strictObject({
  depositId: z.string(),
  chain: chainSchema,
  hash: z.string(),
  from: z.string(),
  to: z.string(),
  amount: z.string().describe('USDT'),
  status: z.enum(transferStatuses),
  minedAt: time,
  foundAt: time,
  finalAt: time.optional(),
  explained: z
    .enum(['claimed', 'suspense', 'internal', 'assigned', 'kept', 'forwarded'])
    .optional()
    .describe(
      '`claimed`: an event, a quote or a payout has it. `internal`: it came from a wallet of ours. `forwarded`: a partner held it for us. Absent: it is not decided yet',
    ),
  explainedAt: time.optional(),
})

const querySchema = z.object({
  unexplained: z.enum(['true', 'false']).default('false'),
  olderThanMinutes: z.coerce.number().int().min(0).max(5_256_000).optional(),
  cursor: depositIdSchema.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})

/** What operators see of the money that came in, and what they decide of that which nothing explains. */
export function depositEndpoints(deps: DepositsDeps): Endpoint[] {
  return [list(deps), read(deps), assign(deps), keep(deps), forwarded(deps)]
}

function list(deps: DepositsDeps): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: '/admin/v1/deposits',
      operationId: 'listDeposits',
      tag: 'Operations',
      summary: 'What came in at the marketplace’s addresses',
      description:
        'Newest first. `unexplained=true` shows what no event, quote or payout has claimed; `olderThanMinutes` what has been final for longer.',
      access: 'operator',
      role: 'viewer',
      query: querySchema,
      problems: [],
      responses: {
        200: {
          description: 'A page',
          schema: z.strictObject({ deposits: z.array(depositSchema), cursor: z.string().optional() }),
        },
      },
    },
    async ({ query }) => {
      const { olderThanMinutes, limit } = query
      const found = await listDeposits(deps.database, {
        unexplained: query.unexplained === 'true',
        finalByMs: olderThanMinutes === undefined ? undefined : deps.clock.now() - olderThanMinutes * 60_000,
        after: query.cursor,
        limit,
      })
      const last = found.length === limit ? found.at(-1)?.depositId : undefined
      return json(200, { deposits: found.map(view), ...(last === undefined ? {} : { cursor: last }) })
    },
  )
}

function read(deps: DepositsDeps): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: '/admin/v1/deposits/{depositId}',
      operationId: 'getDeposit',
      tag: 'Operations',
      summary: 'One transfer to the marketplace’s addresses',
      description: 'As its chain showed it when it was last read.',
      access: 'operator',
      role: 'viewer',
      params,
      problems: ['not_found'],
      responses: { 200: { description: 'The deposit', schema: depositSchema } },
    },
    async (call) => {
      const deposit = await deps.database.transaction((tx) => lockDeposit(tx, call.params.depositId))
      if (!deposit) throw missing(call.params.depositId)
      return json(200, view(deposit))
    },
  )
}

const assignSchema = z.strictObject({
  onliId: onliIdSchema.refine((name) => !isReservedName(name), 'is not a user'),
  reason,
})
const assignedSchema = z.strictObject({ depositId: z.string(), onliId: z.string(), amount: z.string() })

function assign(deps: DepositsDeps): Endpoint {
  const action = deps.secondPerson.define<{ depositId: string; onliId: string }>({
    kind: 'deposit.assign',
    role: 'treasurer',
    schema: z.strictObject({ depositId: depositIdSchema, onliId: onliIdSchema }),
    target: ({ depositId }) => depositId,
    inWords: async (tx, { depositId, onliId }) => {
      const deposit = await inSuspense(tx, depositId)
      return `assign ${formatUsdt(deposit.amountMicro)} USDT from ${deposit.fromAddress} (${deposit.chain} ${deposit.hash}) to ${onliId}`
    },
    version: async (tx, { depositId }) => (await inSuspense(tx, depositId)).booking ?? '',
    async run(tx, { depositId, onliId }, by) {
      const deposit = await inSuspense(tx, depositId)
      const { config } = await deps.config.current()
      if (isDenied(config, deposit.chain, deposit.fromAddress))
        throw new Problem(
          'invalid_request',
          `${deposit.fromAddress} is on the deny list: its money is credited to no one.`,
        )
      const nowMs = deps.clock.now()
      const eventKey = deps.ids.uuid()
      const claimed = await deps
        .claims(tx)
        .claim(
          deposit,
          { kind: 'assignment', ref: depositId, eventKey, payer: onliId },
          { nowMs, trace: by.trace, reason: `${by.reason} (${by.actor})` },
        )
      if (claimed.kind === 'halted') throw halted(deposit)
      if (claimed.kind === 'taken' || !claimed.claim) throw taken(depositId)
      await explain(tx, depositId, 'assigned', { nowMs })
      const { claim } = claimed
      const answer = { depositId, onliId, amount: formatUsdt(deposit.amountMicro) }
      const key = `${claim.chain}:${claim.hash}#${claim.logIndex}${lifeSuffix(claim)}`
      const message = about('payment.claimed', by, { key, partitionKey: onliId }, { eventKey, claim })
      return { answer, after: answer, afterCommit: () => deps.bus.publish([message]) }
    },
  })
  return endpoint(
    {
      method: 'post',
      path: '/admin/v1/deposits/{depositId}/assign',
      operationId: 'assignDeposit',
      tag: 'Operations',
      summary: 'Credit unexplained money to a user',
      description: 'Only what is in suspense. It is claimed for them once, for ever, and becomes their credit.',
      access: 'operator',
      role: 'treasurer',
      audit: { action: 'deposit.assign', target: (asked) => asked.params.depositId },
      params,
      body: {
        schema: assignSchema,
        examples: { ticket: { onliId: 'alice', reason: 'She paid from a new wallet, ticket 1234.' } },
      },
      problems: ['not_found', 'already_claimed', 'service_unavailable', 'invalid_request'],
      responses: {
        200: { description: 'Claimed; the ledger credits it', schema: assignedSchema },
        ...secondPersonResponse,
      },
    },
    async (call) => {
      const { onliId } = call.body
      if (!(await deps.standings(deps.database).standings([onliId])).has(onliId))
        throw new Problem('not_found', `There is no user ${onliId}.`)
      return await action.request(call, { depositId: call.params.depositId, onliId })
    },
  )
}

function keep(deps: DepositsDeps): Endpoint {
  const action = deps.secondPerson.define<{ depositId: string }>({
    kind: 'deposit.keep',
    role: 'treasurer',
    schema: params.strict(),
    target: ({ depositId }) => depositId,
    inWords: async (tx, { depositId }) => {
      const deposit = await inSuspense(tx, depositId)
      return `keep ${formatUsdt(deposit.amountMicro)} USDT from ${deposit.fromAddress} (${deposit.chain} ${deposit.hash}) as income`
    },
    version: async (tx, { depositId }) => (await inSuspense(tx, depositId)).booking ?? '',
    async run(tx, { depositId }, by) {
      const deposit = await inSuspense(tx, depositId)
      const nowMs = deps.clock.now()
      const note = { nowMs, trace: by.trace, reason: `${by.reason} (${by.actor})` }
      const claimed = await deps.claims(tx).claim(deposit, { kind: 'kept', ref: depositId }, note)
      if (claimed.kind === 'halted') throw halted(deposit)
      if (claimed.kind === 'taken') throw taken(depositId)
      await keepMoney(deps, tx, deposit.booking ?? depositId, deposit)
      await explain(tx, depositId, 'kept', { nowMs })
      const answer = { depositId, amount: formatUsdt(deposit.amountMicro) }
      return { answer, after: answer }
    },
  })
  return endpoint(
    {
      method: 'post',
      path: '/admin/v1/deposits/{depositId}/keep',
      operationId: 'keepDeposit',
      tag: 'Operations',
      summary: 'Keep unexplained money as income',
      description: 'Only what is in suspense. It moves to the fees, and no event can claim it any more.',
      access: 'operator',
      role: 'treasurer',
      audit: { action: 'deposit.keep', target: (asked) => asked.params.depositId },
      params,
      body: {
        schema: z.strictObject({ reason }),
        examples: { dust: { reason: 'Dust, unclaimed for a year.' } },
      },
      problems: ['not_found', 'already_claimed', 'service_unavailable'],
      responses: {
        200: { description: 'Kept', schema: assignedSchema.omit({ onliId: true }) },
        ...secondPersonResponse,
      },
    },
    async (call) => await action.request(call, { depositId: call.params.depositId }),
  )
}

function view(one: Deposit): z.infer<typeof depositSchema> {
  return {
    depositId: one.depositId,
    chain: one.chain,
    hash: one.hash,
    from: one.fromAddress,
    to: one.toAddress,
    amount: formatUsdt(one.amountMicro),
    status: one.status,
    minedAt: toTimestamp(one.blockTimeMs),
    foundAt: toTimestamp(one.foundAtMs),
    ...(one.finalAtMs === undefined ? {} : { finalAt: toTimestamp(one.finalAtMs) }),
    ...(one.explained === undefined ? {} : { explained: one.explained }),
    ...(one.explainedAtMs === undefined ? {} : { explainedAt: toTimestamp(one.explainedAtMs) }),
  }
}
