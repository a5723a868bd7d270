import { createHash } from 'node:crypto'
import type { AccessRefusal } from '@species/contracts'
import { type Result, ok, refuse } from '@species/kernel'
import type { Sql } from '@species/database'
import { z } from 'zod'
import { countUse, lockPasskey, useOnce } from '../adapters/passkey-rows.ts'
import { assertionCounter, assertionSchema } from '../adapters/webauthn.ts'
import { isFresh } from '../domain/freshness.ts'
import { type Holder, isSamePerson } from '../domain/passkey.ts'
import type { RelyingParty } from '../domain/relying-party.ts'

/** Of an assertion: what its authenticator and its browser wrote. It travels as JSON in base64url, in a header. */
const carriedSchema = z.strictObject({ id: assertionSchema.shape.id, ...assertionSchema.shape.response.shape })

const form = /^passkey[.](\d{13})[.]([A-Za-z0-9_-]{1,8000})$/

/** Whether a confirmation says that it is of a passkey. */
export function isByPasskey(confirmation: string): boolean {
  return confirmation.startsWith('passkey.')
}

export const howByPasskey =
  'Confirm this very request with a passkey of yours: its challenge is the SHA-256 of the text of the confirmation. See docs/how-to/pay-out.md.'

const refused = (why: string): Result<never, AccessRefusal> => refuse('confirmation_invalid', `${why} ${howByPasskey}`)

/**
 * Checks an assertion of a passkey over a text, which names the request and a time. A right one is used up with the caller's transaction: it
 * confirms one request, once.
 */
export async function confirmByPasskey(
  { sql, nowMs, relyingParty }: { sql: Sql; nowMs: number; relyingParty: RelyingParty },
  holder: Holder,
  textAt: (atMs: number) => string,
  confirmation: string,
): Promise<Result<{ readonly by: string }, AccessRefusal>> {
  const [, time = '', carried = ''] = form.exec(confirmation) ?? []
  const assertion = carriedSchema.safeParse(jsonIn(carried)).data
  if (!assertion) return refused('Its form is passkey.time.assertion.')
  const atMs = Number(time)
  if (!isFresh(atMs, undefined, nowMs))
    return refused('The time of the confirmation must be within five minutes of ours.')
  const passkey = await lockPasskey(sql, assertion.id)
  const isOwn = passkey !== undefined && isSamePerson(passkey, holder) && passkey.removedAtMs === undefined
  if (!isOwn) return refused('The passkey is none of yours, or confirmed another request.')
  const { id, ...response } = assertion
  const challenge = createHash('sha256').update(textAt(atMs)).digest('base64url')
  const given = { id, rawId: id, type: 'public-key' as const, response }
  const counter = await assertionCounter(relyingParty, passkey, given, challenge)
  if (counter === undefined) return refused('The passkey is none of yours, or confirmed another request.')
  if (!(await useOnce(sql, challenge, passkey.passkeyId, nowMs)))
    return refused('This confirmation was used: the request was done once.')
  await countUse(sql, passkey.passkeyId, counter, nowMs)
  return ok({ by: passkey.passkeyId })
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString())
  } catch {
    return undefined
  }
}
