import type { Chain, ChainsVersion } from '@species/contracts'

/** Every address of a chain that a configuration names as ours. */
export function everyAddress(
  settings: Pick<
    ChainsVersion['chains'][Chain],
    'depositAddresses' | 'quoteAddresses' | 'compromisedAddresses' | 'ourWallets'
  >,
): string[] {
  const { depositAddresses, quoteAddresses, compromisedAddresses, ourWallets } = settings
  return [...depositAddresses, ...quoteAddresses, ...compromisedAddresses, ...ourWallets]
}
