import type { Principal } from '@species/contracts'
import { operatorId as allOperators, setupOperator } from './user.ts'

/** A person who holds passkeys: a user, or one of the operators. */
export interface Holder {
  readonly onliId: string
  /** Of an operator. */
  readonly operatorId: string | undefined
}

/** A passkey as it is decided about. Times in Unix ms. */
export interface Passkey extends Holder {
  readonly passkeyId: string
  /** In base64url, as its authenticator named it. */
  readonly credentialId: string
  readonly userHandle: string
  /** COSE, in base64url. */
  readonly publicKey: string
  /** The last count of signatures that its authenticator told; 0: it does not count. */
  readonly counter: number
  readonly transports: readonly string[]
  readonly name: string
  /** Whether it is kept on more than one device. */
  readonly synced: boolean
  readonly createdAtMs: number
  readonly lastUsedAtMs: number | undefined
  readonly removedAtMs: number | undefined
}

/** Passkeys of one person: their devices, and one in a drawer. */
export const maxPasskeys = 10

/** Browsers that one passkey is signed in at; one more ends the oldest. */
export const maxBrowsers = 10

export function holderOf({ onliId, operatorId }: Pick<Principal, 'onliId' | 'operatorId'>): Holder {
  return { onliId, operatorId: onliId === allOperators ? (operatorId ?? setupOperator) : undefined }
}

export function isSamePerson(one: Holder, other: Holder): boolean {
  return one.onliId === other.onliId && one.operatorId === other.operatorId
}
