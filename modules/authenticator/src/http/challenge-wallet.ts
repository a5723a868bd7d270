import { chainSchema } from '@species/contracts'
import { type Endpoint, endpoint, json } from '@species/http'
import { toTimestamp } from '@species/platform'
import { z } from 'zod'
import type { AuthenticatorDeps } from '../app/deps.ts'
import { challengeWallet } from '../app/manage-wallets.ts'
import { valueOf } from './wire.ts'

const bodySchema = z.strictObject({ chain: chainSchema, address: z.string().min(20).max(64) })
const responseSchema = z.strictObject({ challengeId: z.uuid(), message: z.string(), expiresAt: z.iso.datetime() })

export function askForChallenge(deps: AuthenticatorDeps): Endpoint {
  return endpoint(
    {
      method: 'post',
      path: '/marketplace/v1/wallets/challenges',
      operationId: 'challengeWallet',
      tag: 'Wallets',
      summary: 'Get the text that a wallet signs to become yours',
      description: 'Sign it with personal_sign (EIP-191) on EVM chains, with signMessageV2 (TIP-191) on TRON.',
      access: 'wallets',
      body: {
        schema: bodySchema,
        examples: { ethereum: { chain: 'ETH', address: '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed' } },
      },
      problems: [],
      responses: { 201: { description: 'The challenge', schema: responseSchema } },
    },
    async ({ principal: { onliId }, body: { chain, address } }) => {
      const { challengeId, text, expiresAtMs } = valueOf(await challengeWallet(deps, { onliId, chain, address }))
      return json(201, { challengeId, message: text, expiresAt: toTimestamp(expiresAtMs) })
    },
  )
}
