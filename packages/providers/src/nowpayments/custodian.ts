import {
  type Chain,
  type ChainFacts,
  type CustodianPort,
  type CustodyPayment,
  addressFault,
  chainFacts,
  chains,
  comparable,
  custodyStatuses,
} from '@species/contracts'
import { type Outcome, formatUsdt, no, parseUsdt, unknown, yes } from '@species/kernel'
import type { Secret } from '@species/platform'
import { z } from 'zod'
import { type Observers, observed, watched } from '../observed.ts'
import { type JsonAnswer, readJson } from '../read-json.ts'
import { createGuard } from '../resilience.ts'

export interface NowPaymentsOptions extends Observers {
  /** What stands before `/payment`, with its version. */
  readonly baseUrl: string
  readonly apiKey: Secret
  readonly timeoutMs: number
  /** Where it tells of changes; undefined where it cannot call us. */
  readonly ipnUrl: string | undefined
}

/** What NOWPayments calls the USDT of a chain. */
function tickerOf(chain: Chain): string | undefined {
  const facts: ChainFacts = chainFacts[chain]
  return facts.nowPaymentsTicker
}

const id = z
  .union([z.string(), z.number().int()])
  .transform(String)
  .pipe(z.string().regex(/^\d{1,20}$/))
const amount = z.union([z.number(), z.string()]).transform(String)
const time = z.iso.datetime({ offset: true })
const paymentSchema = z.object({
  payment_id: id,
  payment_status: z.enum(custodyStatuses),
  pay_address: z.string().min(20).max(80),
  price_amount: amount,
  price_currency: z.string().max(40),
  pay_amount: amount,
  pay_currency: z.string().max(40),
  order_id: z.union([z.string(), z.number()]).transform(String).nullish(),
  valid_until: time.nullish(),
})
const refusalSchema = z.object({ message: z.string().max(500) })

/** Payments in through NOWPayments (API v1: `POST /payment`, `GET /payment/{id}`), with price and pay currency the same USDT. */
export function createNowPayments(options: NowPaymentsOptions): CustodianPort {
  // Sent once: a second payment would have an address of its own.
  const guard = createGuard({ timeoutMs: options.timeoutMs, atOnce: 4, tries: 1, ...watched(options, 'nowpayments') })
  const ask = (path: string, lane: string, body?: object): Promise<JsonAnswer> =>
    guard(
      (signal) =>
        readJson(`${options.baseUrl.replace(/\/$/, '')}${path}`, {
          ...(body ? { method: 'POST', body } : {}),
          headers: { 'x-api-key': options.apiKey },
          signal,
        }),
      lane,
    )
  const asked = (call: string, run: () => Promise<Outcome<CustodyPayment>>): Promise<Outcome<CustodyPayment>> =>
    observed(options.metrics, 'nowpayments', call, async () => {
      try {
        return await run()
      } catch (error) {
        return unknown(error instanceof Error ? `NOWPayments: ${error.message}` : 'NOWPayments gave no answer')
      }
    })
  return {
    custodian: 'nowpayments',
    create: ({ orderId, chain, amountMicro }, lane) =>
      asked('create', async () => {
        const ticker = tickerOf(chain)
        if (ticker === undefined) return no('invalid_request', `NOWPayments takes no USDT on ${chain}.`)
        // A number whose text is the amount: micro-USDT below 2^53 survive as one.
        const price = Number(formatUsdt(amountMicro))
        const answer = await ask('/payment', lane, {
          price_amount: price,
          price_currency: ticker,
          pay_currency: ticker,
          order_id: orderId,
          order_description: 'SPECIES',
          ...(options.ipnUrl === undefined ? {} : { ipn_callback_url: options.ipnUrl }),
        })
        if (answer.status === 400) return refused(answer)
        return paymentIn(answer, 201)
      }),
    read: (paymentId) =>
      asked('read', async () => {
        const outcome = paymentIn(await ask(`/payment/${paymentId}`, 'status'), 200)
        return outcome.kind === 'yes' && outcome.value.paymentId !== paymentId
          ? unknown('NOWPayments answered with another payment')
          : outcome
      }),
  }
}

function refused({ body }: JsonAnswer): Outcome<never> {
  const said = refusalSchema.safeParse(body)
  const detail = said.success ? said.data.message : 'it gave no reason'
  return no('invalid_request', `NOWPayments does not take this payment: ${detail}`)
}

function paymentIn({ status, body }: JsonAnswer, expected: number): Outcome<CustodyPayment> {
  if (status !== expected && status !== 200) return unknown(`NOWPayments answered HTTP ${status}`)
  const parsed = paymentSchema.safeParse(body)
  if (!parsed.success) return unknown('NOWPayments’ answer has not the form of a payment')
  const { data } = parsed
  const chain = chains.find((one) => tickerOf(one) === data.pay_currency.toLowerCase())
  const isPlain = chain !== undefined && data.price_currency.toLowerCase() === tickerOf(chain)
  if (chain !== undefined && addressFault(chain, data.pay_address) !== undefined)
    return unknown('NOWPayments’ answer names no address of the chain')
  const due = parseUsdt(data.pay_amount)
  const price = parseUsdt(data.price_amount)
  const isOneAmount = due.ok && price.ok && due.value === price.value
  return yes({
    paymentId: data.payment_id,
    status: data.payment_status,
    orderId: data.order_id ?? undefined,
    chain: isPlain ? chain : undefined,
    payAddress: chain === undefined ? data.pay_address : comparable(chain, data.pay_address),
    amountMicro: isOneAmount ? due.value : undefined,
    validUntilMs: data.valid_until ? Date.parse(data.valid_until) : undefined,
  })
}
