import { confirmationHeader } from '@species/contracts'
import { type Endpoint, endpoint, json } from '@species/http'
import { z } from 'zod'
import type { AuthenticatorDeps } from '../app/deps.ts'
import { allowWalletSignIn, askWalletToSignIn, signInWithWallet } from '../app/wallet-sign-in.ts'
import { enrolledSchema } from './passkey-wire.ts'
import { examplePublicKey, newKeyView, notStored, publicKeySchema, valueOf } from './wire.ts'

const tag = 'Access'
const base = '/marketplace/v1/sign-in/wallet'
const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/, 'must be an address on the EVM chains')
const exampleAddress = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed'

/** Signing in with a wallet (EIP-4361), which its owner has allowed. */
export function walletSignInEndpoints(deps: AuthenticatorDeps): Endpoint[] {
  return [allow(deps), options(deps), signIn(deps)]
}

function allow(deps: AuthenticatorDeps): Endpoint {
  return endpoint(
    {
      method: 'put',
      path: base,
      operationId: 'allowWalletSignIn',
      tag,
      summary: 'Let a wallet of yours sign you in, or no more',
      description:
        'A passkey of yours confirms it. If you never had one, a key asks that is not limited, does not end, and may make keys. Forbidding needs neither.',
      access: 'wallets',
      requestHeaders: [confirmationHeader],
      body: {
        schema: z.strictObject({ address, isAllowed: z.boolean() }),
        examples: { allow: { address: exampleAddress, isAllowed: true } },
      },
      problems: ['not_found', 'confirmation_required', 'confirmation_invalid'],
      responses: { 204: { description: 'It is so', schema: 'empty' } },
    },
    async ({ principal, body, rawBody, headers }) => {
      const action = { method: 'PUT', path: base, body: rawBody }
      const confirmation = headers.get(confirmationHeader)
      valueOf(await allowWalletSignIn(deps, principal, body, { action, confirmation }))
      return new Response(null, { status: 204 })
    },
  )
}

function options(deps: AuthenticatorDeps): Endpoint {
  return endpoint(
    {
      method: 'post',
      path: `${base}/options`,
      operationId: 'getWalletSignInMessage',
      tag,
      summary: 'Ask for the message that a wallet signs to sign its owner in',
      description:
        'EIP-4361, to be signed with `personal_sign`. It is good for five minutes, once, for the key that is named here.',
      access: 'public',
      body: {
        schema: z.strictObject({ address, publicKey: publicKeySchema }),
        examples: { wallet: { address: exampleAddress, publicKey: examplePublicKey } },
      },
      problems: [],
      responses: { 201: { description: 'The message', schema: z.strictObject({ message: z.string() }) } },
    },
    async ({ body, network }) => json(201, { message: await askWalletToSignIn(deps, { ...body, network }) }, notStored),
  )
}

function signIn(deps: AuthenticatorDeps): Endpoint {
  return endpoint(
    {
      method: 'post',
      path: base,
      operationId: 'signInWithWallet',
      tag,
      summary: 'Enrol the key of a browser with a wallet',
      description:
        'Only for a wallet that its owner has allowed to, and that no one else has asked for. The key may read and trade; it makes no keys and sends no money out. It ends after 12 hours.',
      access: 'public',
      body: {
        schema: z.strictObject({
          message: z.string().min(1).max(2_000),
          signature: z.string().regex(/^0x[0-9a-fA-F]{130}$/, 'must be 65 bytes in hexadecimal'),
          publicKey: publicKeySchema,
        }),
        examples: {
          signed: {
            message: 'market.example wants you to …',
            signature: `0x${'5b'.repeat(64)}1b`,
            publicKey: examplePublicKey,
          },
        },
      },
      problems: ['challenge_expired', 'wallet_proof_invalid', 'forbidden'],
      responses: { 201: { description: 'The key', schema: enrolledSchema } },
    },
    async ({ body, trace }) => {
      const made = valueOf(await signInWithWallet(deps, { ...body, trace }))
      return json(201, { ...newKeyView(made), onliId: made.key.onliId }, notStored)
    },
  )
}
