import type { PublicKeyCredentialCreationOptionsJSON } from '@simplewebauthn/server'
import { ok, refuse } from '@species/kernel'
import type { Sql } from '@species/database'
import { findByToken, lockByToken, markRedeemed } from '../adapters/invitation-rows.ts'
import { keysOf } from '../adapters/key-store.ts'
import { countOperators, hasOperator, insertOperator } from '../adapters/operator-store.ts'
import { hasHadPasskey } from '../adapters/passkey-rows.ts'
import { findUser, lockUser } from '../adapters/user-store.ts'
import type { Registration } from '../adapters/webauthn.ts'
import { type Invitation, statusOfInvitation } from '../domain/invitation.ts'
import { valueOf } from '../http/wire.ts'
import type { Holder } from '../domain/passkey.ts'
import { type Answer, type AuthenticatorDeps, announceChange } from './deps.ts'
import type { NewKey } from './manage-keys.ts'
import { askForPasskey, checkPasskey, storePasskey } from './manage-passkeys.ts'
import { createUser } from './manage-users.ts'
import { enrolBrowser } from './passkey-sign-in.ts'

/** The same for a link that never was, that was used, revoked, or is too old. */
const notValid = refuse(
  'invitation_invalid' as const,
  'This link is not valid: it was used, revoked, has expired, or never was. Ask an operator for a new one.',
)

/** What a browser needs to make the passkey of the person whom a link invites. The key that it names is enrolled with it. */
export async function openInvitation(
  deps: AuthenticatorDeps,
  { token, publicKey }: { token: string; publicKey: string },
): Answer<PublicKeyCredentialCreationOptionsJSON> {
  const found = await findByToken(deps.database, token)
  if (!found || statusOfInvitation(found, deps.clock.now()) !== 'open') return notValid
  return await askForPasskey(deps, holderIn(found), { purpose: 'invitation', publicKey })
}

/**
 * Redeems a link: the person is made if they are not there, their passkey is kept, their browser is enrolled, and the link is used up, all in
 * one transaction. Only the vault of a new user is made before, which does no harm.
 */
export async function redeemInvitation(
  deps: AuthenticatorDeps,
  given: { token: string; publicKey: string; name: string; response: Registration; trace: string },
): Answer<NewKey> {
  const { token, trace } = given
  const found = await findByToken(deps.database, token)
  if (!found || statusOfInvitation(found, deps.clock.now()) !== 'open') return notValid
  if (found.isNew && found.operatorId === undefined && !(await findUser(deps.database, found.onliId))) {
    const made = await createUser(deps, { onliId: found.onliId, profileTray: {}, trace })
    if (!made.ok && made.refusal.code !== 'already_exists') return made
  }
  const redeemed = await deps.database.transaction((tx) => redeem(deps, tx, given))
  if (redeemed.ok) {
    await announceChange(deps, found.onliId, trace)
    const { onliId, operatorId } = found
    deps.log.warn(
      { onliId, operatorId, invitationId: found.invitationId, trace },
      'a person came in by a one-time link',
    )
  }
  return redeemed
}

async function redeem(
  deps: AuthenticatorDeps,
  tx: Sql,
  { token, publicKey, name, response }: Parameters<typeof redeemInvitation>[1],
): Answer<NewKey> {
  const nowMs = deps.clock.now()
  const invitation = await lockByToken(tx, token)
  if (!invitation || statusOfInvitation(invitation, nowMs) !== 'open') return notValid
  const holder = holderIn(invitation)
  await lockUser(tx, holder.onliId)
  if (!(await isStillMeant(tx, invitation))) return notValid
  const checked = await checkPasskey(deps, tx, { holder, response, purpose: 'invitation' })
  if (!checked.ok) return checked
  if (checked.value.browserKey !== publicKey)
    return refuse('passkey_invalid', 'The link was opened by another browser. Open it again.')
  // From here on all or nothing: what is refused is thrown, and undoes the rest.
  if (invitation.operatorId !== undefined && invitation.isNew)
    await insertOperator(tx, {
      operatorId: invitation.operatorId,
      name: invitation.name ?? invitation.operatorId,
      role: invitation.role ?? 'operator',
      createdBy: invitation.madeBy,
      createdAtMs: nowMs,
    })
  const madeBy = `invitation/${invitation.invitationId}`
  const passkey = valueOf(await storePasskey(deps, tx, { holder, credential: checked.value, name, madeBy }))
  const enrolled = valueOf(await enrolBrowser(deps, tx, passkey, publicKey))
  await markRedeemed(tx, invitation.invitationId, nowMs)
  return ok(enrolled)
}

function holderIn({ onliId, operatorId }: Invitation): Holder {
  return { onliId, operatorId }
}

/**
 * Whether a link still means whom it was made for. One for someone new opens no account that others have used since: there is no key and
 * no passkey of it. One that a single operator could make is void once there are two.
 */
async function isStillMeant(tx: Sql, invitation: Invitation): Promise<boolean> {
  const { onliId, operatorId, isNew, isSecond } = invitation
  if (operatorId !== undefined) {
    if ((await hasOperator(tx, operatorId)) === isNew) return false
    return !isSecond || (await countOperators(tx)) <= 1
  }
  if (!isNew) return true
  return (await keysOf(tx, onliId)).length === 0 && !(await hasHadPasskey(tx, holderIn(invitation)))
}
