import { createHmac } from 'node:crypto'
import { tronBase58 } from '../chains/address.ts'
import { chainProfiles } from '../chains/profile.ts'
import type { Payment } from './entry.ts'

export function payAddress({ chain, account }: Pick<Payment, 'chain' | 'account'>): string {
  return chain === 'TRON' ? tronBase58(account) : `0x${account}`
}

/** What came in, as a number of the token. */
function paid({ chain, paidBaseUnits }: Payment): number {
  return Number(paidBaseUnits) / 10 ** chainProfiles[chain].usdtDecimals
}

const iso = (ms: number): string => new Date(ms).toISOString()

/** The answer to a payment that was made: its id is a string here. */
export function madePayment(payment: Payment): object {
  return {
    payment_id: String(payment.id),
    payment_status: payment.status,
    pay_address: payAddress(payment),
    price_amount: payment.amount,
    price_currency: payment.priceCurrency,
    pay_amount: payment.amount,
    amount_received: payment.amount,
    pay_currency: payment.ticker,
    order_id: payment.orderId ?? null,
    order_description: payment.description ?? null,
    payin_extra_id: null,
    ipn_callback_url: payment.ipnUrl ?? null,
    created_at: iso(payment.createdAt),
    updated_at: iso(payment.updatedAt),
    purchase_id: String(payment.id + 1),
    smart_contract: null,
    network: payment.chain.toLowerCase(),
    time_limit: null,
    expiration_estimate_date: iso(payment.validUntil),
    valid_until: iso(payment.validUntil),
    type: 'crypto2crypto',
  }
}

/** The status of a payment: its id is a number here, as the real one has it. */
export function statusOf(payment: Payment): Record<string, unknown> {
  return {
    payment_id: payment.id,
    ...(payment.parentId === undefined ? {} : { parent_payment_id: payment.parentId }),
    invoice_id: null,
    payment_status: payment.status,
    pay_address: payAddress(payment),
    payin_extra_id: null,
    price_amount: payment.amount,
    price_currency: payment.priceCurrency,
    pay_amount: payment.amount,
    actually_paid: paid(payment),
    pay_currency: payment.ticker,
    order_id: payment.orderId ?? null,
    order_description: payment.description ?? null,
    purchase_id: payment.id + 1,
    outcome_amount: paid(payment) * 0.995,
    outcome_currency: payment.ticker,
    payin_hash: payment.payinHash ?? null,
    payout_hash: payment.payoutHash ?? null,
    created_at: iso(payment.createdAt),
    updated_at: iso(payment.updatedAt),
    burning_percent: 'null',
    type: 'crypto2crypto',
  }
}

/** A notification: like a status, with fees, and a time of another kind. */
export function notification(payment: Payment): object {
  const fee = { currency: payment.ticker, depositFee: 0.1, withdrawalFee: 0, serviceFee: 0.05 }
  return {
    ...statusOf(payment),
    parent_payment_id: payment.parentId ?? null,
    actually_paid_at_fiat: paid(payment),
    fee,
    updated_at: payment.updatedAt,
  }
}

/** Keys in order at every level; `shallow` is the form in circulation that empties what is nested. */
export function signatureOf(body: object, secret: string, shallow = false): string {
  const text = shallow ? JSON.stringify(body, Object.keys(body).sort()) : JSON.stringify(inOrder(body))
  return createHmac('sha512', secret).update(text).digest('hex')
}

function inOrder(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  return Object.keys(value)
    .sort()
    .reduce<Record<string, unknown>>((done, key) => {
      done[key] = inOrder((value as Record<string, unknown>)[key])
      return done
    }, {})
}
