import { generateEd25519 } from '@species/sdk/node'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { sandboxDepositAddresses } from '../../../apps/species/src/compose/defaults.ts'
import { control } from '../../../apps/species/src/demo/players.ts'
import { type Addresses, Caller, type SigningKey } from './caller.ts'

/** A user of the drill: a key, and a wallet that he has proven to be his. */
export interface User {
  readonly onliId: string
  readonly caller: Caller
  readonly wallet: string
}

/** Registers a user through the public API. Half sign by Ed25519, half by shared secret. */
export async function enterUser(addresses: Addresses, operator: Caller, onliId: string, index: number): Promise<User> {
  await operator.call('POST', '/admin/v1/users', { onliId, profileTray: { displayName: onliId } })
  const pair = index % 2 === 0 ? generateEd25519() : undefined
  const made = (await operator.call('POST', `/admin/v1/users/${onliId}/keys`, {
    alg: pair ? 'ed25519' : 'hmac',
    ...(pair ? { publicKey: pair.publicKey } : {}),
    scopes: ['read', 'trade', 'wallets'],
  })) as { keyId: string; secret?: string }
  const key: SigningKey = pair
    ? { keyId: made.keyId, alg: 'ed25519', privateKey: pair.privateKey }
    : { keyId: made.keyId, alg: 'hmac', secret: made.secret ?? '' }
  const caller = new Caller(addresses, key)
  const account = privateKeyToAccount(generatePrivateKey())
  const challenge = (await caller.call('POST', '/marketplace/v1/wallets/challenges', {
    chain: 'ETH',
    address: account.address,
  })) as { challengeId: string; message: string }
  await caller.call('POST', '/marketplace/v1/wallets', {
    challengeId: challenge.challengeId,
    signature: await account.signMessage({ message: challenge.message }),
  })
  return { onliId, caller, wallet: account.address }
}

/** Mints a payment on the sandbox's chain, final at once. Answers with its hash. */
export async function mint(sandboxUrl: string, from: string, micro: bigint): Promise<string> {
  const [to] = sandboxDepositAddresses.ETH
  const amount = `${micro / 1_000_000n}.${(micro % 1_000_000n).toString().padStart(6, '0')}`
  const sent = await control(sandboxUrl, '/chains/ETH/transfers', { token: 'USDT', from, to, amount })
  await control(sandboxUrl, '/chains/ETH/blocks', { count: 11 })
  return String(sent['hash'])
}
