import { randomBytes } from 'node:crypto'
import { type Context, Hono } from 'hono'
import { z } from 'zod'
import type { ChainName } from '../chains/profile.ts'
import { isLoopbackHost } from '../control/loopback.ts'
import type { Answer, Bindings, HttpPartner } from '../http/answer.ts'
import { answerCall, json, send } from '../http/answer.ts'
import type { NowPaymentsDeps, NowPaymentsDesk } from './desk.ts'
import type { Payment } from './entry.ts'
import { payPage } from './page.ts'
import { madePayment, statusOf } from './shape.ts'

export interface NowPaymentsRoutesDeps extends NowPaymentsDeps {
  readonly payments: NowPaymentsDesk
  /** Undefined = any key that is not empty. */
  readonly apiKey: string | undefined
}

const chainOf: Readonly<Record<string, ChainName>> = {
  usdterc20: 'ETH',
  usdtbsc: 'BSC',
  usdtmatic: 'POLYGON',
  usdttrc20: 'TRON',
}
const minAmount = 1
const lifeMs = 7 * 86_400_000
const firstId = 5_000_000_000

const createBody = z.object({
  price_amount: z.number().positive(),
  price_currency: z.string(),
  pay_currency: z.string(),
  pay_amount: z.number().positive().optional(),
  order_id: z.string().optional(),
  order_description: z.string().optional(),
  ipn_callback_url: z.url().optional(),
})

const failed = (statusCode: number, code: string, message: string): Answer =>
  json({ status: false, statusCode, code, message }, statusCode)

/** NOWPayments' API v1, as far as payments come in through it. The secret of notifications is the API key that made the payment. */
export function nowPaymentsRoutes(deps: NowPaymentsRoutesDeps): Hono<Bindings> {
  const { world } = deps
  const partner: HttpPartner = {
    name: 'nowpayments',
    board: deps.board,
    closing: deps.closing,
    errorBody: (status) => ({
      status: false,
      statusCode: status,
      code: 'INTERNAL_ERROR',
      message: 'Simulated failure',
    }),
    lie,
    duplicate: (answer) => answer,
  }
  const routes = new Hono<Bindings>()
  routes.get('/v1/status', (context) => send(context, json({ message: 'OK' })))
  payPage(routes, world)
  routes.use('/v1/*', async (context, next) => {
    const key = context.req.header('x-api-key') ?? ''
    if (deps.apiKey === undefined ? key === '' : key !== deps.apiKey)
      return send(context, failed(403, 'INVALID_API_KEY', 'Invalid api key'))
    await next()
    return undefined
  })
  routes.get('/v1/currencies', (context) => send(context, json({ currencies: Object.keys(chainOf) })))
  routes.get('/v1/min-amount', (context) =>
    answerCall(context, partner, 'minAmount', () => {
      const { currency_from: from = '', currency_to: to = from } = context.req.query()
      return chainOf[from] === undefined
        ? failed(400, 'INVALID_REQUEST_PARAMS', 'currency_from is invalid')
        : json({ currency_from: from, currency_to: to, min_amount: minAmount })
    }),
  )
  routes.get('/v1/estimate', (context) => {
    const { amount = '', currency_from: from = '', currency_to: to = '' } = context.req.query()
    const body = { currency_from: from, amount_from: Number(amount), currency_to: to, estimated_amount: amount }
    return send(context, json(body))
  })
  routes.post('/v1/payment', async (context) => {
    const body: unknown = await context.req.json().catch(() => undefined)
    return await answerCall(context, partner, 'payment', () => create(deps, context, body))
  })
  routes.get('/v1/payment/:id', (context) =>
    answerCall(context, partner, 'status', () => {
      const payment = world.payments.get(Number(context.req.param('id')))
      return payment ? json(statusOf(payment)) : failed(404, 'NOT_FOUND', 'Payment not found')
    }),
  )
  routes.all('*', (context) => send(context, failed(404, 'NOT_FOUND', 'Not found')))
  return routes
}

function create({ world, payments }: NowPaymentsRoutesDeps, context: Context<Bindings>, body: unknown): Answer {
  const given = createBody.safeParse(body)
  if (!given.success)
    return failed(400, 'INVALID_REQUEST_PARAMS', `${given.error.issues[0]?.path.join('.') ?? 'body'} is invalid`)
  const { price_amount: amount, price_currency: priceCurrency, pay_currency: ticker } = given.data
  const chain = chainOf[ticker.toLowerCase()]
  if (chain === undefined) return failed(400, 'BAD_REQUEST', `Currency ${ticker} was not found`)
  if (amount < minAmount)
    return failed(400, 'AMOUNT_MINIMAL_ERROR', `Crypto amount ${String(amount)} is less than minimal`)
  const ipnUrl = given.data.ipn_callback_url
  // The sandbox calls this machine alone.
  if (ipnUrl !== undefined && !isLoopbackHost(new URL(ipnUrl).host))
    return failed(400, 'INVALID_REQUEST_PARAMS', 'ipn_callback_url: the sandbox calls loopback names only')
  const now = world.now()
  const payment: Payment = {
    id: firstId + world.payments.size * 2 + 1,
    status: 'waiting',
    chain,
    account: randomBytes(20).toString('hex'),
    ticker: ticker.toLowerCase(),
    priceCurrency,
    amount,
    orderId: given.data.order_id,
    description: given.data.order_description,
    ipnUrl,
    createdAt: now,
    updatedAt: now,
    validUntil: now + lifeMs,
    paidBaseUnits: '0',
    secret: context.req.header('x-api-key') ?? '',
  }
  payments.put(payment)
  return json(madePayment(payment), 201)
}

const somebodyElse = `0x${'00'.repeat(16)}deadbeef`

/** A false answer in the true shape. */
function lie(how: string, answer: Answer): Answer {
  if (answer.is !== 'json' || typeof answer.body !== 'object' || answer.body === null) return answer
  const body = answer.body as Record<string, unknown>
  const lies: Readonly<Record<string, object>> = {
    amount: { pay_amount: Number(body['pay_amount']) / 2 },
    address: { pay_address: somebodyElse },
    currency: { pay_currency: 'usdtbsc', price_currency: 'usd' },
    order: { order_id: 'of-another' },
    other: { payment_id: 1 },
    finished: { payment_status: 'finished', actually_paid: body['pay_amount'] },
  }
  return json({ ...body, ...lies[how] }, answer.status)
}
