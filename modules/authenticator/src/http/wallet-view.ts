import { type Chain, chainSchema, chains } from '@species/contracts'
import { toTimestamp } from '@species/runtime'
import { z } from 'zod'
import type { Wallet } from '../adapters/wallet-store.ts'
import { familyOf } from '../domain/wallet.ts'

export const walletViewSchema = z.strictObject({
  address: z.string(),
  chains: z.array(chainSchema).describe('one EVM address is yours on every EVM chain'),
  provenAt: z.iso.datetime(),
})

export function walletView(wallet: Wallet): { address: string; chains: Chain[]; provenAt: string } {
  return {
    address: wallet.address,
    chains: chains.filter((chain) => familyOf(chain) === wallet.family),
    provenAt: toTimestamp(wallet.provenAtMs),
  }
}
