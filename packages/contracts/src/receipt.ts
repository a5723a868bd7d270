import { z } from 'zod'
import { chainSchema, intentSchema } from './event.ts'
import { endStates } from './lifecycle.ts'

const usdt = z.string().describe('USDT, a decimal string with six places')
const unitsText = z.string().describe('SPECIES, a string of digits')

const partySchema = z.strictObject({
  onliId: z.string(),
  role: z.enum(['buyer', 'seller', 'sender', 'receiver', 'redeemer', 'owner']),
  species: z.strictObject({ start: unitsText, end: unitsText }).optional(),
  usdt: z.strictObject({ start: usdt, end: usdt }).optional(),
})

const deliverySchema = z.strictObject({
  operationId: z.string(),
  fromVault: z.string(),
  toVault: z.string(),
  units: unitsText,
})

const oracleSchema = z.strictObject({
  operationId: z.string(),
  ownerVault: z.string(),
  units: unitsText,
  wordOf: z.enum(['partner', 'operator']),
  reason: z.string().optional(),
})

const refusalSchema = z.strictObject({
  code: z.string(),
  title: z.string(),
  detail: z.string(),
  retryable: z.boolean(),
  by: z.string(),
})

/** The receipt: what the marketplace puts its signature under. Only what is true when it is written is in it. */
export const receiptSchema = z.strictObject({
  receiptId: z.string(),
  supersedes: z.string().optional(),
  eventId: z.string(),
  eventKey: z.uuid(),
  owner: z.string(),
  status: z.enum(['COMPLETED', 'FAILED', 'DISPUTED']),
  state: z.enum(endStates),
  /** True where any partner behind it was the sandbox; such receipts carry another key as well. */
  sandbox: z.boolean(),
  intent: intentSchema.optional(),
  lapsed: z.boolean().optional(),
  /** Of an event that an agent sent: which, and under which version of its mandate; for its owner alone. */
  agent: z.strictObject({ agentId: z.string(), mandateVersion: z.number().int().positive().optional() }).optional(),
  units: unitsText.optional(),
  parties: z.array(partySchema),
  price: z.strictObject({ total: usdt, fee: usdt, paid: usdt }).optional(),
  payments: z.array(
    z.strictObject({
      chain: chainSchema,
      hash: z.string(),
      logIndex: z.number().int(),
      amount: usdt,
      fromAddress: z.string(),
    }),
  ),
  paidFrom: z.enum(['none', 'chain', 'credit']).optional(),
  /** What of the price was paid from what was payable to the buyer; the rest was paid as `paidFrom` says. */
  paidFromProceeds: usdt.optional(),
  /** USDT that stays with the payer as credit after a failure. */
  credited: usdt.optional(),
  fills: z.array(
    z.strictObject({
      listingId: z.string(),
      seller: z.string(),
      units: unitsText,
      unitPrice: usdt,
      total: usdt,
      fee: usdt,
    }),
  ),
  listingId: z.string().optional(),
  ledgerTransferIds: z.array(z.string()),
  delivery: deliverySchema.optional(),
  oracle: oracleSchema.optional(),
  refusal: refusalSchema.optional(),
  /** When each state was reached (RFC 3339, UTC). */
  times: z.record(z.string(), z.string()),
  issuedAt: z.string(),
})
export type Receipt = z.infer<typeof receiptSchema>

/** A receipt as one reader is shown it: without what is for others (`receipt-readers.ts`). Its lists may be shorter. */
export const shownReceiptSchema = receiptSchema.partial({ payments: true }).extend({
  delivery: deliverySchema.partial({ fromVault: true, toVault: true }).optional(),
  oracle: oracleSchema.partial({ ownerVault: true }).optional(),
  refusal: refusalSchema.partial({ detail: true, by: true }).optional(),
})
export type ShownReceipt = z.infer<typeof shownReceiptSchema>

/** Receipt ids hold a point, which no event id may: the two can never be mistaken for each other. */
export function receiptIdOf(eventKey: string, revision = 1): string {
  const base = `rcp.${eventKey.replaceAll('-', '')}`
  return revision === 1 ? base : `${base}.${revision}`
}
