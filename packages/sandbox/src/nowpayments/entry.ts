import { z } from 'zod'
import { chainNames } from '../chains/profile.ts'

export const paymentStatuses = [
  'waiting',
  'confirming',
  'confirmed',
  'sending',
  'partially_paid',
  'finished',
  'failed',
  'refunded',
  'expired',
] as const
export type PaymentStatus = (typeof paymentStatuses)[number]

const paymentSchema = z.object({
  id: z.int(),
  parentId: z.int().optional(),
  status: z.enum(paymentStatuses),
  chain: z.enum(chainNames),
  /** Without prefix, 20 bytes in hexadecimal. */
  account: z.string(),
  ticker: z.string(),
  priceCurrency: z.string(),
  /** Of the token, as the caller wrote it. */
  amount: z.number(),
  orderId: z.string().optional(),
  description: z.string().optional(),
  ipnUrl: z.string().optional(),
  createdAt: z.number(),
  updatedAt: z.number(),
  validUntil: z.number(),
  paidBaseUnits: z.string(),
  payinHash: z.string().optional(),
  payoutHash: z.string().optional(),
  /** Signs its notifications. */
  secret: z.string(),
})
export type Payment = z.infer<typeof paymentSchema>

/** A payment as it is from now on. */
export const paymentEntrySchema = z.object({ t: z.literal('np_payment'), payment: paymentSchema })
export type PaymentEntry = z.infer<typeof paymentEntrySchema>
