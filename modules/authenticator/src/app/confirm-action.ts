import { createHash } from 'node:crypto'
import { type Action, type Chain, type ConfirmPort, confirmationText } from '@species/contracts'
import { ok, refuse } from '@species/kernel'
import type { Sql } from '@species/database'
import type { Clock, Sealer } from '@species/platform'
import { lookUpKey } from '../adapters/key-directory.ts'
import { hasHadPasskey } from '../adapters/passkey-rows.ts'
import { isSignedBy } from '../adapters/signature-claim.ts'
import { isUsable } from '../domain/api-key.ts'
import { isFresh } from '../domain/freshness.ts'
import { holderOf } from '../domain/passkey.ts'
import type { RelyingParty } from '../domain/relying-party.ts'
import { confirmByPasskey, howByPasskey, isByPasskey } from './confirm-by-passkey.ts'

interface ConfirmDeps {
  readonly clock: Pick<Clock, 'now'>
  readonly sealer: Sealer
  /** Chains on which money is for play. */
  readonly sandboxChains: readonly Chain[]
  /** Whether a second key may confirm at all: only where all money is for play. */
  readonly takesSecondKeys: boolean
  readonly relyingParty: () => RelyingParty
}

type Confirm = ConfirmPort['confirm']

/**
 * Checks that a person has confirmed exactly this request: with a passkey of theirs, or, where all money is for play and they never had a
 * passkey, with a second key.
 */
export function createConfirm(deps: ConfirmDeps): (sql: Sql) => ConfirmPort {
  return (sql) => ({
    isTrusted: (chain) => deps.sandboxChains.includes(chain),
    async confirm(asking, action, confirmation) {
      const holder = holderOf(asking)
      const onlyByPasskey = !deps.takesSecondKeys || (await hasHadPasskey(sql, holder))
      if (confirmation === null) return refuse('confirmation_required', onlyByPasskey ? howByPasskey : how)
      if (isByPasskey(confirmation)) {
        const given = { sql, nowMs: deps.clock.now(), relyingParty: deps.relyingParty() }
        return await confirmByPasskey(given, holder, (atMs) => textOf(asking.onliId, action, atMs), confirmation)
      }
      if (onlyByPasskey) return refuse('confirmation_invalid', `A second key is not enough here. ${howByPasskey}`)
      return await confirmBySecondKey(deps, sql, asking, action, confirmation)
    },
  })
}

/** A key with the scope `payout` that is neither the one that asks, nor of its line of rotation, nor of a browser. */
async function confirmBySecondKey(
  { clock, sealer }: ConfirmDeps,
  sql: Sql,
  { onliId, keyId }: Parameters<Confirm>[0],
  action: Action,
  confirmation: string,
): ReturnType<Confirm> {
  const read = /^([A-Za-z0-9_-]{1,100})[.](\d{13})[.]([A-Za-z0-9_-]{43,86})$/.exec(confirmation)
  if (!read) return refuse('confirmation_invalid', `Its form is keyId.time.signature. ${how}`)
  const [, by = '', time = '', signature = ''] = read
  const atMs = Number(time)
  if (!isFresh(atMs, undefined, clock.now()))
    return refuse('confirmation_invalid', 'The time of the confirmation must be within five minutes of ours.')
  const [asking, second] = [await lookUpKey(sql, sealer, keyId), await lookUpKey(sql, sealer, by)]
  const isGood =
    second !== undefined &&
    second.key.onliId === onliId &&
    second.key.passkeyId === undefined &&
    isUsable(second.key, clock.now()) &&
    second.key.scopes.includes('payout') &&
    isSignedBy(second.verification, {
      base: Buffer.from(textOf(onliId, action, atMs)),
      signature: Buffer.from(signature, 'base64url'),
    })
  if (!isGood)
    return refuse(
      'confirmation_invalid',
      `The key is none of yours with the scope \`payout\`, or signed another request. ${how}`,
    )
  if (second.key.limits !== undefined)
    return refuse('confirmation_invalid', `A key with limits confirms nothing. ${how}`)
  if (second.key.allowanceId === (asking?.key.allowanceId ?? keyId))
    return refuse(
      'confirmation_invalid',
      'A key does not confirm its own request, nor does its successor. Use a second key.',
    )
  return ok({ by })
}

const how =
  'Sign the text of the confirmation with a second key of yours that has the scope `payout`, and send it in the header Species-Confirmation. See docs/how-to/pay-out.md.'

function textOf(onliId: string, action: Action, atMs: number): string {
  const bodyHash = createHash('sha256').update(action.body).digest('base64url')
  return confirmationText({ ...action, onliId, bodyHash }, atMs)
}
