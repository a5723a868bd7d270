import type { OperatorRole } from '@species/contracts'
import type { Holder } from './passkey.ts'

/** A link that lets one person in once. Times in Unix ms. */
export interface Invitation extends Holder {
  readonly invitationId: string
  /** Of an operator who is not there yet. */
  readonly name: string | undefined
  readonly role: OperatorRole | undefined
  /** Whether it makes someone who was not there when it was made. */
  readonly isNew: boolean
  /** Whether one person made it because there was no second one. */
  readonly isSecond: boolean
  readonly madeBy: string
  readonly createdAtMs: number
  readonly expiresAtMs: number
  readonly redeemedAtMs: number | undefined
  readonly revokedAtMs: number | undefined
}

/** A link is good for this long. */
export const invitationLifeMs = 24 * 3_600_000
/** Open links together. */
export const maxInvitations = 1_000
/** Of these, those that one operator made. */
export const maxInvitationsOfOperator = 100

export type InvitationStatus = 'open' | 'redeemed' | 'revoked' | 'expired'

export function statusOfInvitation(one: Invitation, nowMs: number): InvitationStatus {
  if (one.redeemedAtMs !== undefined) return 'redeemed'
  if (one.revokedAtMs !== undefined) return 'revoked'
  return nowMs < one.expiresAtMs ? 'open' : 'expired'
}
