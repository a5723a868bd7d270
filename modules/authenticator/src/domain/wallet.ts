import type { ChainFamily } from '@species/contracts'

/** The text a wallet signs to prove its owner. It names all that it is good for, so that it is good for nothing else. */
export function challengeText(challenge: {
  readonly domain: string
  readonly onliId: string
  readonly family: ChainFamily
  readonly address: string
  readonly nonce: string
  readonly expiresAt: string
}): string {
  return [
    'SPECIES Marketplace: this wallet is mine.',
    '',
    `Domain: ${challenge.domain}`,
    `Account: ${challenge.onliId}`,
    `Address: ${challenge.address}`,
    `Chain: ${challenge.family}`,
    `Nonce: ${challenge.nonce}`,
    `Valid until: ${challenge.expiresAt}`,
    '',
    'Effect: payments from this wallet count as made by this account. If another account owns the wallet, this asks to transfer it.',
    'Signing this moves no money.',
  ].join('\n')
}

/** Wallets of one user, with those whose transfer to them is open. */
export const maxWallets = 100
/** Wallets that one user proves or asks for in a day, also of those that they gave up again. */
export const maxProvenPerDay = 200
