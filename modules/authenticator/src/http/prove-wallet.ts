import { type Endpoint, endpoint, json } from '@species/http'
import { z } from 'zod'
import type { AuthenticatorDeps } from '../app/deps.ts'
import { proveWallet } from '../app/manage-wallets.ts'
import { transferView, transferViewSchema, walletView, walletViewSchema } from './wallet-view.ts'
import { valueOf } from './wire.ts'

const bodySchema = z.strictObject({
  challengeId: z.uuid(),
  signature: z.string().regex(/^(0x)?[0-9a-fA-F]{130}$/, 'must be 65 bytes in hexadecimal'),
})

export function proveOwnWallet(deps: AuthenticatorDeps): Endpoint {
  return endpoint(
    {
      method: 'post',
      path: '/marketplace/v1/wallets',
      operationId: 'proveWallet',
      tag: 'Wallets',
      summary: 'Prove a wallet with its signature over the challenge',
      description:
        'From then on payments that it sends are yours. An address has one owner at a time: where another user owns it, this asks to transfer it (202), which takes effect later unless the owner objects.',
      access: 'wallets',
      body: {
        schema: bodySchema,
        examples: {
          signed: {
            challengeId: '3f0c6d1e-5b7a-4c8e-9d2f-1a2b3c4d5e6f',
            signature: `0x${'5b'.repeat(64)}1b`,
          },
        },
      },
      problems: ['challenge_expired', 'wallet_proof_invalid', 'wallet_taken'],
      responses: {
        201: { description: 'The wallet', schema: walletViewSchema },
        202: { description: 'A request to transfer it', schema: z.strictObject({ transfer: transferViewSchema }) },
      },
    },
    async ({ principal: { onliId }, body: { challengeId, signature }, trace }) => {
      const proven = valueOf(await proveWallet(deps, { onliId, challengeId, signature, trace }))
      if ('wallet' in proven) return json(201, walletView(proven.wallet))
      return json(202, { transfer: transferView(proven.transfer, onliId) })
    },
  )
}
