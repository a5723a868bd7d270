import { chainSchema, confirmationHeader, wireUsdtSchema } from '@species/contracts'
import { type Endpoint, Problem, endpoint, json } from '@species/http'
import { parseUsdt } from '@species/kernel'
import { z } from 'zod'
import { findPayout, payoutsOf } from '../adapters/payout-rows.ts'
import { historyOf } from '../adapters/evidence-rows.ts'
import type { PayoutsDeps } from '../app/deps.ts'
import { cancelPayout } from '../app/decide-payouts.ts'
import { requestPayout } from '../app/request-payout.ts'
import { historySchema, historyView, notStored, payoutParams, payoutSchema, payoutView, valueOf } from './wire.ts'

const base = '/marketplace/v1/payouts'
const one = `${base}/{payoutId}`
const mostListed = 100

const wantedSchema = z.strictObject({
  requestId: z
    .string()
    .regex(/^[A-Za-z0-9_-]{8,64}$/)
    .describe('chosen by you: the same request again is the same payout'),
  chain: chainSchema,
  address: z.string().min(20).max(64).describe('an address of your address book'),
  amount: wireUsdtSchema.describe('USDT; the address gets exactly this'),
})

/** Requests, lists, reads and cancels payouts of a user. */
export function payoutEndpoints(deps: PayoutsDeps): Endpoint[] {
  return [request(deps), list(deps), read(deps), cancel(deps)]
}

function request(deps: PayoutsDeps): Endpoint {
  return endpoint(
    {
      method: 'post',
      path: base,
      operationId: 'requestPayout',
      tag: 'Money out',
      summary: 'Ask for a payout',
      description:
        'Your proceeds, and then your credit, are held for it. Operators approve it and send it; it is settled when its transfer is proven on its chain. A passkey of yours confirms the request (in a sandbox a second key may), unless the key that asks is limited to addresses.',
      access: 'payout',
      requestHeaders: [confirmationHeader],
      body: {
        schema: wantedSchema,
        examples: {
          proceeds: {
            requestId: 'payout-2026-01',
            chain: 'ETH',
            address: '0x52908400098527886E0F7030069857D2E4169EE7',
            amount: '25.50',
          },
        },
      },
      problems: [
        'confirmation_required',
        'confirmation_invalid',
        'payouts_off',
        'unknown_destination',
        'address_refused',
        'invalid_amount',
        'not_payable',
        'too_many_payouts',
        'request_id_conflict',
        'user_suspended',
      ],
      responses: { 201: { description: 'The payout, made now or before', schema: payoutSchema } },
    },
    async ({ principal, body, rawBody, headers }) => {
      const amount = parseUsdt(body.amount)
      if (!amount.ok) throw new Problem('invalid_amount', amount.refusal.detail)
      const action = { method: 'POST', path: base, body: rawBody }
      const confirmed = { action, confirmation: headers.get(confirmationHeader) }
      const wanted = { ...body, amountMicro: amount.value }
      return json(201, payoutView(valueOf(await requestPayout(deps, principal, wanted, confirmed))), notStored)
    },
  )
}

function list({ database }: PayoutsDeps): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: base,
      operationId: 'listPayouts',
      tag: 'Money out',
      summary: 'Your payouts, newest first',
      description: 'The newest 100, with where each stands.',
      access: 'read',
      problems: [],
      responses: { 200: { description: 'The payouts', schema: z.strictObject({ payouts: z.array(payoutSchema) }) } },
    },
    async ({ principal }) => {
      const payouts = (await payoutsOf(database, principal.onliId, mostListed)).map(payoutView)
      return json(200, { payouts }, notStored)
    },
  )
}

function read({ database }: PayoutsDeps): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: one,
      operationId: 'getPayout',
      tag: 'Money out',
      summary: 'A payout of yours',
      description: 'Where it stands and what became of it.',
      access: 'read',
      params: payoutParams,
      problems: ['not_found'],
      responses: {
        200: { description: 'The payout', schema: payoutSchema.extend({ history: z.array(historySchema) }) },
      },
    },
    async ({ principal, params }) => {
      const row = await findPayout(database, params.payoutId)
      if (row?.owner !== principal.onliId) throw new Problem('not_found', 'There is no such payout of yours.')
      const history = (await historyOf(database, row.payoutId)).map(({ state, atMs }) => historyView({ state, atMs }))
      return json(200, { ...payoutView(row), history }, notStored)
    },
  )
}

function cancel(deps: PayoutsDeps): Endpoint {
  return endpoint(
    {
      method: 'post',
      path: `${one}/cancel`,
      operationId: 'cancelPayout',
      tag: 'Money out',
      summary: 'Cancel a payout that is not being sent',
      description:
        'Its money is free again at once. From `sending` on it cannot be cancelled any more, and while payouts are halted an approved one cannot.',
      access: 'payout',
      whileSuspended: true,
      params: payoutParams,
      problems: ['not_found', 'payout_state', 'payouts_off'],
      responses: { 200: { description: 'The payout', schema: payoutSchema } },
    },
    async ({ principal, params }) => {
      const how = { owner: principal.onliId, reason: 'cancelled by its owner' }
      return json(200, payoutView(valueOf(await cancelPayout(deps, principal, params.payoutId, how))), notStored)
    },
  )
}
