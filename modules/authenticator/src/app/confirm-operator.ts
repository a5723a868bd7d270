import type { AccessRefusal, Action, ConfirmPort, Principal } from '@species/contracts'
import type { Database, Sql } from '@species/database'
import { type Result, ok } from '@species/kernel'
import { hasHadPasskey } from '../adapters/passkey-rows.ts'
import { holderOf } from '../domain/passkey.ts'

/** Checks that an operator has confirmed what they do. */
export type ConfirmOperator = (
  principal: Principal,
  action: Action,
  confirmation: string | null,
) => Promise<Result<unknown, AccessRefusal>>

/**
 * An operator who has a passkey confirms with it whatever they change: a stolen key of a browser then changes nothing. One who has none is
 * bound by roles and by the second person alone.
 */
export function createConfirmOperator(
  database: Database,
  confirm: (sql: Sql) => Pick<ConfirmPort, 'confirm'>,
): ConfirmOperator {
  return (principal, action, confirmation) =>
    database.transaction(async (tx) =>
      (await hasHadPasskey(tx, holderOf(principal)))
        ? await confirm(tx).confirm(principal, action, confirmation)
        : ok(true),
    )
}
