import type { Chain, Dossier } from '@species/contracts'
import { chains } from '@species/contracts/chains'

/**
 * The transaction that an event cites as its payment. Chains are asked for events that cite one alone; a row that has lost its dossier
 * is asked for nowhere, whatever chain it counts for.
 */
export function citedIn(dossier: Dossier | undefined): { readonly chain: Chain; readonly proof: string } {
  const { chain = chains[0], proof = '' } = dossier?.event.payWith ?? {}
  return { chain, proof }
}
