import type { Chain } from '@species/contracts'
import { formatUsdt } from '@species/kernel'

/** What the signature of a statement is of: `typ` of its header. */
export const solvencyType = 'species-solvency+jws'
/** The leaf of money that came in and of which it is not known whose it is. No user has such a name. */
export const suspenseLeaf = '(suspense)'

/** What our wallets on a chain held when they were read. Micro-USDT. */
export interface ChainAssets {
  readonly chain: Chain
  readonly micro: bigint
  readonly wallets: readonly { readonly address: string; readonly micro: bigint; readonly position: number }[]
}

/** What is signed each day: what users are owed, as the root of a sum tree, and what is there for it. */
export function solvencyDocument({
  day,
  at,
  sandbox,
  root,
  owedMicro,
  leaves,
  assets,
}: {
  readonly day: string
  readonly at: string
  readonly sandbox: boolean
  readonly root: string
  readonly owedMicro: bigint
  readonly leaves: number
  readonly assets: readonly ChainAssets[]
}): object {
  const heldMicro = assets.reduce((sum, { micro }) => sum + micro, 0n)
  return {
    day,
    at,
    sandbox,
    liabilities: { usdt: formatUsdt(owedMicro), leaves, root },
    assets: {
      usdt: formatUsdt(heldMicro),
      chains: assets.map(({ chain, micro, wallets }) => ({
        chain,
        usdt: formatUsdt(micro),
        wallets: wallets.map((one) => ({ address: one.address, usdt: formatUsdt(one.micro), position: one.position })),
      })),
    },
    covered: heldMicro >= owedMicro,
  }
}
