import type { Scope } from '@species/contracts'
import { isReservedName } from '@species/kernel'

export type UserStatus = 'active' | 'suspended' | 'frozen'

/** A few facts about a user that other programs show. */
export interface ProfileTray {
  readonly displayName?: string | undefined
  readonly language?: string | undefined
  readonly timeZone?: string | undefined
}

/** The principal of those who run the marketplace. It trades nothing and has no vault. */
export const operatorId = 'operator'

/** What an operator's key may do. */
export const operatorScopes: readonly Scope[] = ['read', 'operator']

/** The person whose keys come from data directories, until they name another. */
export const setupOperator = 'setup'

export function mayBeRegistered(onliId: string): boolean {
  return !isReservedName(onliId) && onliId !== operatorId
}

export function vaultIdOf(onliId: string): string {
  return `vault-${onliId}`
}

/** One admin alone stops another only while so many are left who can sign: what takes two admins can still be done. */
export const fewestAdmins = 2
