import type { AccessRefusal } from '@species/contracts'
import { chainSchema } from '@species/contracts'
import { Problem } from '@species/http'
import { type Result, formatUsdt } from '@species/kernel'
import { toTimestamp } from '@species/platform'
import { z } from 'zod'
import type { AddressRow } from '../adapters/address-rows.ts'
import type { HistoryRow } from '../adapters/evidence-rows.ts'
import type { PayoutRow } from '../adapters/payout-rows.ts'
import { nextStates, payoutStates } from '../domain/payout.ts'

const time = z.iso.datetime()

export const addressSchema = z.strictObject({
  addressId: z.string(),
  chain: chainSchema,
  address: z.string(),
  label: z.string(),
  status: z.enum(['waiting', 'usable']).describe('`waiting`: its delay is not over'),
  usableAt: time,
  addedBy: z.string().describe('the key that asked'),
  confirmedBy: z.string().describe('what confirmed it'),
  createdAt: time,
})

export function addressView(row: AddressRow, nowMs: number): z.infer<typeof addressSchema> {
  const { addressId, chain, address, label, addedBy, confirmedBy } = row
  return {
    addressId,
    chain,
    address,
    label,
    status: row.usableAtMs <= nowMs ? 'usable' : 'waiting',
    usableAt: toTimestamp(row.usableAtMs),
    addedBy,
    confirmedBy,
    createdAt: toTimestamp(row.createdAtMs),
  }
}

export const payoutParams = z.object({ payoutId: z.string().regex(/^pay_[0-9a-f]{32}$/) })

export const payoutSchema = z.strictObject({
  payoutId: z.string(),
  requestId: z.string(),
  chain: chainSchema,
  address: z.string(),
  amount: z.string().describe('USDT'),
  state: z
    .enum(payoutStates)
    .describe(
      '`requested`: its money is held. `approved`: it will be sent. `sending`, `sent`: it cannot be cancelled. `proven`: its transfer is final, and the money is gone from your account. `settled`: nothing takes it back. `review`: operators look at it.',
    ),
  canCancel: z.boolean().describe('whether its owner may still cancel it'),
  reason: z.string().optional(),
  hash: z.string().optional().describe('the transaction that proves it'),
  requestedAt: time,
  approvedAt: time.optional(),
  provenAt: time.optional(),
  endedAt: time.optional(),
})

/** A payout as its owner sees it. Why it is in review is for operators. */
export function payoutView(row: PayoutRow): z.infer<typeof payoutSchema> {
  const { payoutId, requestId, chain, address, state, reason, proof } = row
  const isOwnersReason = state === 'cancelled' || state === 'failed'
  return {
    payoutId,
    requestId,
    chain,
    address,
    amount: formatUsdt(row.amountMicro),
    state,
    canCancel: nextStates[state].includes('cancelled'),
    ...(reason === undefined || !isOwnersReason ? {} : { reason }),
    ...(proof ? { hash: proof.hash } : {}),
    requestedAt: toTimestamp(row.requestedAtMs),
    ...timeOf('approvedAt', row.approvedAtMs),
    ...timeOf('provenAt', row.provenAtMs),
    ...timeOf('endedAt', row.endedAtMs),
  }
}

function timeOf<Name extends string>(name: Name, ms: number | undefined): Partial<Record<Name, string>> {
  return ms === undefined ? {} : ({ [name]: toTimestamp(ms) } as Partial<Record<Name, string>>)
}

export const ownedPayoutSchema = payoutSchema.extend({
  owner: z.string(),
  approvalHash: z.string(),
  people: z.number().int().optional().describe('how many people had to approve it'),
})

/** A payout as operators see it. */
export function ownedPayoutView(row: PayoutRow, approvalHash: string): z.infer<typeof ownedPayoutSchema> {
  return {
    ...payoutView(row),
    ...(row.reason === undefined ? {} : { reason: row.reason }),
    owner: row.owner,
    approvalHash,
    ...(row.people === undefined ? {} : { people: row.people }),
  }
}

export const historySchema = z.strictObject({
  state: z.string(),
  actor: z.string().optional(),
  reason: z.string().optional(),
  at: time,
})

export function historyView({
  state,
  actor,
  reason,
  atMs,
}: Pick<HistoryRow, 'state' | 'atMs'> & Partial<HistoryRow>): z.infer<typeof historySchema> {
  return {
    state,
    ...(actor === undefined ? {} : { actor }),
    ...(reason === undefined ? {} : { reason }),
    at: toTimestamp(atMs),
  }
}

/** The value, or the problem document that says why there is none. */
export function valueOf<T>(result: Result<T, AccessRefusal>): T {
  if (result.ok) return result.value
  throw new Problem(result.refusal.code, result.refusal.detail)
}

/** Of answers that change at any time. */
export const notStored = { 'cache-control': 'no-store' }
