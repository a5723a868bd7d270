import type { ClaimStanding } from '@species/contracts'
import { describe, expect, it, test } from 'vitest'
import { compareBookings, compareClaims } from './compare-payments.ts'
import type { ReconciliationDeps } from './deps.ts'

const id = 'payment:ETH:0xab:1'
/** What is claimed and what is booked at each look; the last stays. */
type Moment = readonly [standing: ClaimStanding['standing'], bookedMicro: bigint]

function depsOf(moments: readonly Moment[], unclaimed: readonly string[] = []): ReconciliationDeps {
  let look = -1
  const now = (): Moment => moments[Math.min(look, moments.length - 1)] ?? ['booked', 0n]
  const queries = {
    validator: {
      claimsFrom: async () => {
        look++
        return { claims: [{ transferId: id, amountMicro: 7n, standing: now()[0] }], next: 'there' }
      },
      unclaimed: async (ids: readonly string[]) => ids.filter((one) => unclaimed.includes(one)),
    },
    cashier: {
      bookedMicro: async () => new Map([[id, now()[1]]]),
      paymentsFrom: async () => ({ paymentTransferIds: [id], rows: 9 }),
    },
  }
  return { queries } as unknown as ReconciliationDeps
}

describe('a claim', () => {
  it.each<[name: string, moments: Moment[], breaches: number]>([
    ['that is booked', [['booked', 7n]], 0],
    ['on its way in, or out', [['moving', 0n]], 0],
    ['on its way in, booked already', [['moving', 7n]], 0],
    ['that was reversed', [['reversed', 0n]], 0],
    [
      'that vanishes between two questions',
      [
        ['booked', 0n],
        ['reversed', 0n],
      ],
      0,
    ],
    ['that is not booked', [['booked', 0n]], 1],
    ['that is booked with another amount', [['booked', 8n]], 1],
    ['that is booked twice on its way', [['moving', 14n]], 1],
    ['that was reversed and is still booked', [['reversed', 7n]], 1],
  ])('%s', async (_name, moments, breaches) => {
    const part = await compareClaims(depsOf(moments), '')
    expect(part).toMatchObject({ rows: 1, next: 'there', bookedMicro: moments.at(-1)?.[1] })
    expect(part.breaches).toHaveLength(breaches)
  })
})

test('money that is booked for a payment that no event has claimed is a breach', async () => {
  expect(await compareBookings(depsOf([]), '')).toEqual({ breaches: [], rows: 9 })
  expect((await compareBookings(depsOf([], [id]), '')).breaches).toEqual([
    `${id} is booked, and nothing has claimed it`,
  ])
})
