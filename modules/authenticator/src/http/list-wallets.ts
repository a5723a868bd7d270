import { type Endpoint, endpoint, json } from '@species/runtime'
import { z } from 'zod'
import { walletsOf } from '../adapters/wallet-store.ts'
import type { AuthenticatorDeps } from '../app/deps.ts'
import { walletView, walletViewSchema } from './wallet-view.ts'

export function listWallets(deps: AuthenticatorDeps): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: '/marketplace/v1/wallets',
      tag: 'Wallets',
      summary: 'List your proven wallets',
      access: 'wallets',
      responses: {
        200: { description: 'The wallets', schema: z.strictObject({ wallets: z.array(walletViewSchema) }) },
      },
    },
    async ({ principal }) => json(200, { wallets: (await walletsOf(deps.database, principal.onliId)).map(walletView) }),
  )
}
