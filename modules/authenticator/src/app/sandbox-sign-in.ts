import type { Scope } from '@species/contracts'
import { ok, refuse } from '@species/kernel'
import { countKeysInUse } from '../adapters/key-store.ts'
import { lockUser } from '../adapters/user-store.ts'
import { maxKeysInUse } from '../domain/api-key.ts'
import { operatorId, operatorScopes, setupOperator } from '../domain/user.ts'
import { type Answer, type AuthenticatorDeps, announceChange } from './deps.ts'
import { type NewKey, addKey } from './manage-keys.ts'

/** The demo users that a sandbox has after its first start, and its operator. */
export const demoPeople = ['alice', 'bob', operatorId] as const
export type DemoPerson = (typeof demoPeople)[number]

/** What the key of a browser may do. */
const browserScopes: readonly Scope[] = ['read', 'trade', 'keys', 'wallets', 'webhooks', 'payout']

/** A browser's key ends by itself after this; signing in again makes a new one. */
const browserKeyMs = 12 * 3_600_000

/** Whom of them there is. */
export async function presentPeople(deps: Pick<AuthenticatorDeps, 'database'>): Promise<DemoPerson[]> {
  const rows = await deps.database.query<{ onli_id: string }>(
    `SELECT onli_id FROM authenticator.users WHERE onli_id = ANY($1::text[]) AND status = 'active'`,
    [demoPeople],
  )
  const present = new Set(rows.map((row) => row.onli_id))
  return demoPeople.filter((person) => present.has(person))
}

/** Enrols the key of a browser for a demo user. Only for a sandbox, and only after the request was found to be from a page of ours. */
export async function continueAs(
  deps: AuthenticatorDeps,
  { person, publicKey, trace }: { person: DemoPerson; publicKey: string; trace: string },
): Answer<NewKey> {
  const made = await deps.database.transaction(async (tx): Answer<NewKey> => {
    const nowMs = deps.clock.now()
    if (!(await lockUser(tx, person))) return refuse('not_found', `There is no user ${person} here.`)
    if ((await countKeysInUse(tx, person, nowMs)) >= maxKeysInUse)
      return refuse('forbidden', `${person} has ${maxKeysInUse} keys in use. Revoke one, or wait until one has ended.`)
    const isOperator = person === operatorId
    const grant = {
      alg: 'ed25519' as const,
      publicKey,
      scopes: isOperator ? operatorScopes : browserScopes,
      limits: undefined,
      schemes: ['rfc9421' as const],
      expiresAtMs: nowMs + browserKeyMs,
    }
    return ok(
      await addKey(deps, tx, {
        onliId: person,
        grant,
        madeBy: 'sandbox-sign-in',
        nowMs,
        ...(isOperator ? { operatorId: setupOperator } : {}),
      }),
    )
  })
  if (made.ok) await announceChange(deps, person, trace)
  return made
}
