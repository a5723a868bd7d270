import { type Chain, chainSchema, chains, familyOf } from '@species/contracts'
import { toTimestamp } from '@species/platform'
import { z } from 'zod'
import type { Wallet } from '../adapters/wallet-store.ts'
import type { WalletTransfer } from '../adapters/transfer-store.ts'

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

export const transferViewSchema = z.strictObject({
  transferId: z.uuid(),
  address: z.string(),
  chains: z.array(chainSchema),
  direction: z.enum(['incoming', 'outgoing']).describe('outgoing: somebody else has proven your wallet'),
  status: z.enum(['pending', 'objected', 'done', 'kept']),
  requestedAt: z.iso.datetime(),
  takesEffectAt: z.iso.datetime(),
})

/** A transfer as one of its two users sees it: the other is not named. */
export function transferView(transfer: WalletTransfer, onliId: string): z.infer<typeof transferViewSchema> {
  return {
    transferId: transfer.transferId,
    address: transfer.address,
    chains: chains.filter((chain) => familyOf(chain) === transfer.family),
    direction: transfer.to === onliId ? 'incoming' : 'outgoing',
    status: transfer.status,
    requestedAt: toTimestamp(transfer.requestedAtMs),
    takesEffectAt: toTimestamp(transfer.takesEffectAtMs),
  }
}
