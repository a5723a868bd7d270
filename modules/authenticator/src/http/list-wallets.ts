import { type Endpoint, endpoint, json } from '@species/http'
import { z } from 'zod'
import { transfersOf } from '../adapters/transfer-store.ts'
import { walletsOf } from '../adapters/wallet-store.ts'
import type { AuthenticatorDeps } from '../app/deps.ts'
import { transferView, transferViewSchema, walletView, walletViewSchema } from './wallet-view.ts'

const walletsSchema = z.strictObject({ wallets: z.array(walletViewSchema), transfers: z.array(transferViewSchema) })

export function listWallets(deps: AuthenticatorDeps): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: '/marketplace/v1/wallets',
      operationId: 'listWallets',
      tag: 'Wallets',
      summary: 'List your proven wallets',
      access: 'wallets',
      problems: [],
      description:
        'Also requests to transfer a wallet, to you or from you. Object to one of yours before it takes effect.',
      responses: { 200: { description: 'The wallets', schema: walletsSchema } },
    },
    async ({ principal: { onliId } }) => {
      const [wallets, transfers] = await Promise.all([
        walletsOf(deps.database, onliId),
        transfersOf(deps.database, onliId),
      ])
      return json(200, {
        wallets: wallets.map(walletView),
        transfers: transfers.map((transfer) => transferView(transfer, onliId)),
      })
    },
  )
}
