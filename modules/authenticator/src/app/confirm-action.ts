import { createHash } from 'node:crypto'
import { type Chain, type ConfirmPort, confirmationText } from '@species/contracts'
import { ok, refuse } from '@species/kernel'
import type { Sql } from '@species/database'
import type { Clock, Sealer } from '@species/platform'
import { lookUpKey } from '../adapters/key-directory.ts'
import { isSignedBy } from '../adapters/signature-claim.ts'
import { isUsable } from '../domain/api-key.ts'
import { isFresh } from '../domain/freshness.ts'

interface ConfirmDeps {
  readonly clock: Pick<Clock, 'now'>
  readonly sealer: Sealer
  /** Chains on which money is for play. */
  readonly sandboxChains: readonly Chain[]
}

/**
 * Checks that a person has confirmed exactly this request, with a second key of theirs: until there are passkeys, a key with the scope
 * `payout` that is neither the one that asks nor of its line of rotation. It is enough for the sandbox's chains alone.
 */
export function createConfirm({ clock, sealer, sandboxChains }: ConfirmDeps): (sql: Sql) => ConfirmPort {
  return (sql) => ({
    isTrusted: (chain) => sandboxChains.includes(chain),
    async confirm({ onliId, keyId }, action, confirmation) {
      if (confirmation === null) return refuse('confirmation_required', how)
      const read = /^([A-Za-z0-9_-]{1,100})[.](\d{13})[.]([A-Za-z0-9_-]{43,86})$/.exec(confirmation)
      if (!read) return refuse('confirmation_invalid', `Its form is keyId.time.signature. ${how}`)
      const [, by = '', time = '', signature = ''] = read
      const atMs = Number(time)
      if (!isFresh(atMs, undefined, clock.now()))
        return refuse('confirmation_invalid', 'The time of the confirmation must be within five minutes of ours.')
      const [asking, second] = [await lookUpKey(sql, sealer, keyId), await lookUpKey(sql, sealer, by)]
      const base = Buffer.from(confirmationText({ ...action, onliId, bodyHash: hashOf(action.body) }, atMs))
      const isGood =
        second !== undefined &&
        second.key.onliId === onliId &&
        isUsable(second.key, clock.now()) &&
        second.key.scopes.includes('payout') &&
        isSignedBy(second.verification, { base, signature: Buffer.from(signature, 'base64url') })
      if (!isGood)
        return refuse(
          'confirmation_invalid',
          `The key is none of yours with the scope \`payout\`, or signed another request. ${how}`,
        )
      if (second.key.allowanceId === (asking?.key.allowanceId ?? keyId))
        return refuse(
          'confirmation_invalid',
          'A key does not confirm its own request, nor does its successor. Use a second key.',
        )
      return ok({ by })
    },
  })
}

const how =
  'Sign the text of the confirmation with a second key of yours that has the scope `payout`, and send it in the header Species-Confirmation. See docs/how-to/pay-out.md.'

function hashOf(body: string): string {
  return createHash('sha256').update(body).digest('base64url')
}
