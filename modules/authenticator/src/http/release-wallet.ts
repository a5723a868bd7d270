import { chainSchema } from '@species/contracts'
import { type Endpoint, endpoint } from '@species/http'
import { z } from 'zod'
import type { AuthenticatorDeps } from '../app/deps.ts'
import { giveUpWallet } from '../app/manage-wallets.ts'
import { valueOf } from './wire.ts'

export function releaseOwnWallet(deps: AuthenticatorDeps): Endpoint {
  return endpoint(
    {
      method: 'delete',
      path: '/marketplace/v1/wallets/{chain}/{address}',
      operationId: 'releaseWallet',
      tag: 'Wallets',
      summary: 'Give a wallet up; another user may then prove it',
      description: 'An EVM address is given up on every EVM chain.',
      access: 'wallets',
      problems: ['not_found'],
      params: z.strictObject({ chain: chainSchema, address: z.string().min(20).max(64) }),
      responses: { 204: { description: 'It is no longer yours', schema: 'empty' } },
    },
    async ({ principal: { onliId }, params: { chain, address }, trace }) => {
      valueOf(await giveUpWallet(deps, { onliId, chain, address, trace }))
      return new Response(null, { status: 204 })
    },
  )
}
