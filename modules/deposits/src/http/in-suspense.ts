import type { Sql } from '@species/database'
import { Problem } from '@species/http'
import { z } from 'zod'
import { type Deposit, lockDeposit } from '../adapters/deposit-rows.ts'

export const depositIdSchema = z.string().regex(/^dep_[0-9a-f]{32}$/)
export const params = z.object({ depositId: depositIdSchema })
export const reason = z.string().trim().min(8).max(1_000)

/** A deposit that is in suspense, locked. Throws a Problem where it is not. */
export async function inSuspense(tx: Sql, depositId: string): Promise<Deposit> {
  const deposit = await lockDeposit(tx, depositId)
  if (!deposit) throw missing(depositId)
  if (deposit.status !== 'final' || deposit.explained !== 'suspense') throw taken(depositId)
  return deposit
}

export function missing(depositId: string): Problem {
  return new Problem('not_found', `There is no deposit ${depositId}.`)
}

export function taken(depositId: string): Problem {
  return new Problem(
    'already_claimed',
    `${depositId} is not in suspense. GET /admin/v1/deposits/${depositId} shows what it is.`,
  )
}

export function halted({ chain }: Deposit): Problem {
  return new Problem('service_unavailable', `${chain} is halted: nothing on it is claimed.`, { retryAfterSeconds: 60 })
}
