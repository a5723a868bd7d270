import type { AccessRefusal } from '@species/contracts'
import { chainSchema } from '@species/contracts'
import { Problem } from '@species/http'
import type { Result } from '@species/kernel'
import { toTimestamp } from '@species/platform'
import { z } from 'zod'
import type { AddressRow } from '../adapters/address-rows.ts'

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

/** The value, or the problem document that says why there is none. */
export function valueOf<T>(result: Result<T, AccessRefusal>): T {
  if (result.ok) return result.value
  throw new Problem(result.refusal.code, result.refusal.detail)
}

/** Of answers that change at any time. */
export const notStored = { 'cache-control': 'no-store' }
