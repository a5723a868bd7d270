import { chainSchema, wireUsdtSchema } from '@species/contracts'
import { type Endpoint, Problem, endpoint, json } from '@species/http'
import { parseUsdt } from '@species/kernel'
import { z } from 'zod'
import { approvalsOf, attemptOf, hashesOf, historyOf } from '../adapters/evidence-rows.ts'
import { type PayoutRow, findPayout, openPayouts } from '../adapters/payout-rows.ts'
import { approvalHash, approvePayout, cancelPayout } from '../app/decide-payouts.ts'
import type { PayoutsDeps } from '../app/deps.ts'
import { failPayout } from '../app/resolve-payout.ts'
import { withdraw } from '../app/withdraw-payout.ts'
import { marketAccounts } from '../domain/payout.ts'
import { giveHash, sendPayout } from '../app/send-payout.ts'
import type { Answer } from '../app/step.ts'
import {
  historySchema,
  historyView,
  notStored,
  ownedPayoutSchema,
  ownedPayoutView,
  payoutParams,
  valueOf,
} from './wire.ts'

const base = '/admin/v1/payouts'
const one = `${base}/{payoutId}`
const tag = 'Operations'
const reasonSchema = z.strictObject({ reason: z.string().trim().min(3).max(500) })
const reasonExamples = { why: { reason: 'the owner asked us to stop it' } }

const wholeSchema = ownedPayoutSchema.extend({
  approvals: z.array(z.strictObject({ person: z.string(), keyId: z.string(), at: z.string() })),
  attempt: z.strictObject({ channel: z.string(), wallet: z.string(), by: z.string(), at: z.string() }).optional(),
  hashes: z.array(z.strictObject({ hash: z.string(), givenBy: z.string(), finding: z.string().optional() })),
  history: z.array(historySchema),
})

/** What operators do with payouts: see them, approve, refuse, send, name transactions, and resolve a review. */
export function adminPayoutEndpoints(deps: PayoutsDeps): Endpoint[] {
  return [queue(deps), take(deps), read(deps), approve(deps), refuse(deps), send(deps), hash(deps), fail(deps)]
}

function queue({ database }: PayoutsDeps): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: base,
      operationId: 'listOpenPayouts',
      tag,
      summary: 'Payouts that have not ended, oldest first',
      description:
        '`approvalHash` is what you approve: destination, chain, amount and user. Of each owner the oldest ten are shown; `owner` shows all of one. `cursor` goes on.',
      access: 'operator',
      role: 'viewer',
      query: z.object({
        owner: z.string().min(1).max(80).optional(),
        cursor: payoutParams.shape.payoutId.optional(),
        limit: z.coerce.number().int().min(1).max(200).default(50),
      }),
      problems: [],
      responses: {
        200: {
          description: 'A page',
          schema: z.strictObject({ payouts: z.array(ownedPayoutSchema), cursor: z.string().optional() }),
        },
      },
    },
    async ({ query: { owner, cursor: after, limit } }) => {
      const rows = await openPayouts(database, { owner, after, limit })
      const cursor = rows.length === limit ? rows.at(-1)?.payoutId : undefined
      return json(200, { payouts: rows.map(withHash), ...(cursor === undefined ? {} : { cursor }) }, notStored)
    },
  )
}

const takenSchema = z.strictObject({
  requestId: z.string().regex(/^[A-Za-z0-9_-]{8,64}$/),
  from: z.enum(marketAccounts).describe('the account of the marketplace whose money leaves'),
  chain: chainSchema,
  address: z.string().min(20).max(64),
  amount: wireUsdtSchema.describe('USDT'),
  reason: z.string().trim().min(8).max(500),
})

function take(deps: PayoutsDeps): Endpoint {
  return endpoint(
    {
      method: 'post',
      path: base,
      operationId: 'withdrawMoney',
      tag,
      summary: 'Ask for a payout of the marketplace’s own money',
      description:
        'From the treasury, the fees, or the liquidity pool. It is approved, sent and proven like any payout; two people approve it, whatever it comes to. The same request again is the same payout.',
      access: 'operator',
      role: 'treasurer',
      audit: { action: 'payout.withdraw', target: ({ body }) => body.from },
      body: {
        schema: takenSchema,
        examples: {
          fees: {
            requestId: 'fees-2026-11',
            from: 'fees',
            chain: 'ETH',
            address: '0x52908400098527886E0F7030069857D2E4169EE7',
            amount: '250',
            reason: 'the fees of November',
          },
        },
      },
      problems: [
        'payouts_off',
        'address_refused',
        'invalid_amount',
        'not_payable',
        'too_many_payouts',
        'request_id_conflict',
      ],
      responses: { 201: { description: 'The payout, made now or before', schema: ownedPayoutSchema } },
    },
    async ({ principal, body: { amount: text, reason, ...wanted } }) => {
      const amount = parseUsdt(text)
      if (!amount.ok) throw new Problem('invalid_amount', amount.refusal.detail)
      const asked = { ...wanted, amountMicro: amount.value }
      return json(201, withHash(valueOf(await withdraw(deps, principal, asked, reason))), notStored)
    },
  )
}

function withHash(row: PayoutRow): z.infer<typeof ownedPayoutSchema> {
  return ownedPayoutView(row, approvalHash(row))
}

function read({ database }: PayoutsDeps): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: one,
      operationId: 'readPayout',
      tag,
      summary: 'A payout, with who approved it, what was sent, and its history',
      description: 'If the state is `sending`, look here before anything else: it is never sent twice.',
      access: 'operator',
      role: 'viewer',
      params: payoutParams,
      problems: ['not_found'],
      responses: { 200: { description: 'The payout', schema: wholeSchema } },
    },
    async ({ params: { payoutId } }) => {
      const row = await findPayout(database, payoutId)
      if (!row) throw new Problem('not_found', 'There is no such payout.')
      const attempt = await attemptOf(database, payoutId)
      const approvals = await approvalsOf(database, payoutId, 'pay', 0)
      const at = (atMs: number): string => new Date(atMs).toISOString()
      const whole: z.infer<typeof wholeSchema> = {
        ...withHash(row),
        approvals: approvals.map(({ person, keyId, atMs }) => ({ person, keyId, at: at(atMs) })),
        ...(attempt
          ? { attempt: { channel: attempt.channel, wallet: attempt.wallet, by: attempt.by, at: at(attempt.atMs) } }
          : {}),
        hashes: (await hashesOf(database, payoutId)).map(({ hash: named, givenBy, finding }) => ({
          hash: named,
          givenBy,
          ...(finding === undefined ? {} : { finding }),
        })),
        history: (await historyOf(database, payoutId)).map(historyView),
      }
      return json(200, whole, notStored)
    },
  )
}

interface Order<Body extends z.ZodType> {
  readonly name: string
  readonly operationId: string
  readonly summary: string
  readonly description: string
  readonly schema: Body
  readonly examples: Readonly<Record<string, z.input<NoInfer<Body>>>>
  readonly problems: Parameters<typeof endpoint>[0]['problems']
  readonly work: (
    principal: Parameters<Parameters<typeof endpoint>[1]>[0]['principal'],
    payoutId: string,
    body: z.infer<Body>,
  ) => Answer<PayoutRow>
}

function order<Body extends z.ZodType>({ name, schema, examples, problems, work, ...words }: Order<Body>): Endpoint {
  return endpoint(
    {
      ...words,
      method: 'post',
      path: `${one}/${name}`,
      tag,
      access: 'operator',
      role: 'treasurer',
      audit: { action: `payout.${name}`, target: ({ params }) => params.payoutId },
      params: payoutParams,
      body: { schema, examples },
      problems: ['not_found', 'payout_state', ...problems],
      responses: { 200: { description: 'The payout', schema: ownedPayoutSchema } },
    },
    async ({ principal, params, body }) =>
      json(200, withHash(valueOf(await work(principal, params.payoutId, body))), notStored),
  )
}

const approve = (deps: PayoutsDeps): Endpoint =>
  order({
    name: 'approve',
    operationId: 'approvePayout',
    summary: 'Approve a payout',
    description:
      'With the hash that you read. One person approves; above `payouts.secondPersonUsdt` in 24 hours, to one user or one address, two do.',
    schema: z.strictObject({ approvalHash: z.string().regex(/^[0-9a-f]{64}$/) }),
    examples: { seen: { approvalHash: 'a'.repeat(64) } },
    problems: ['second_person_needed', 'payouts_off'],
    work: (principal, payoutId, body) => approvePayout(deps, principal, payoutId, body.approvalHash),
  })

const refuse = (deps: PayoutsDeps): Endpoint =>
  order({
    name: 'refuse',
    operationId: 'refusePayout',
    summary: 'Refuse a payout that is not being sent',
    description:
      'Its money is free again at once. Its owner reads the reason. While payouts are halted an approved one is not refused.',
    schema: reasonSchema,
    examples: reasonExamples,
    problems: ['payouts_off'],
    work: (principal, payoutId, { reason }) => cancelPayout(deps, principal, payoutId, { owner: undefined, reason }),
  })

const send = (deps: PayoutsDeps): Endpoint =>
  order({
    name: 'send',
    operationId: 'sendPayout',
    summary: 'Begin to send an approved payout: once, for ever',
    description:
      'Answers with what to send, and from which wallet. Send it by hand, then name the transaction. If no answer comes, read the payout: it may be `sending`. In the sandbox it is sent at once.',
    schema: z.strictObject({ wallet: z.string().min(20).max(64).optional() }),
    examples: { 'the first wallet': {} },
    problems: [
      'payouts_off',
      'second_person_needed',
      'unknown_destination',
      'address_refused',
      'user_suspended',
      'not_payable',
      'invalid_request',
    ],
    work: (principal, payoutId, { wallet }) => sendPayout(deps, principal, payoutId, wallet),
  })

const hash = (deps: PayoutsDeps): Endpoint =>
  order({
    name: 'hash',
    operationId: 'nameTransaction',
    summary: 'Name the transaction that pays it, or one that replaced it',
    description:
      'It is proven on its chain like any other: from a wallet of ours, to this address, exactly this amount, after the approval.',
    schema: z.strictObject({ hash: z.string().min(64).max(66) }),
    examples: { mined: { hash: `0x${'1'.repeat(64)}` } },
    problems: ['invalid_request'],
    work: (principal, payoutId, body) => giveHash(deps, principal, payoutId, body.hash),
  })

const fail = (deps: PayoutsDeps): Endpoint =>
  order({
    name: 'fail',
    operationId: 'failPayout',
    summary: 'Say that a payout in review came to nothing: two people do',
    description: 'Its money is free again. Refused while a transaction that was named for it may still pay.',
    schema: reasonSchema,
    examples: { why: { reason: 'the transaction was replaced by one that moves nothing' } },
    problems: ['second_person_needed', 'payouts_off'],
    work: (principal, payoutId, { reason }) => failPayout(deps, principal, payoutId, reason),
  })
