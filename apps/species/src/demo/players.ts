import { randomBytes } from 'node:crypto'
import { type Client, type NewEvent, createClient, createSigner } from '@species/sdk'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { createKey } from '../commands/user.ts'
import { signerOptions } from '../commands/connect.ts'
import type { LocalKey } from '../processes/data-directory.ts'
import { sandboxDepositAddresses } from '../compose/defaults.ts'

/** Somebody who plays in the sandbox: a user with a key and a wallet that he has proven to be his. */
export interface Player {
  readonly onliId: string
  readonly client: Client
  readonly key: LocalKey
  readonly walletAddress: string
}

export interface Stage {
  readonly baseUrl: string
  /** What signatures name, where it is not `baseUrl`. */
  readonly publicUrl?: string | undefined
  readonly sandboxUrl: string
  readonly operator: Client
}

/** Registers a player through the public API: user, key, wallet proof (EIP-191). */
export async function enter(stage: Stage, onliId: string): Promise<Player> {
  await stage.operator.request('POST', '/admin/v1/users', { onliId, profileTray: { displayName: onliId } })
  const key = await createKey(
    (body) => stage.operator.request('POST', `/admin/v1/users/${onliId}/keys`, body),
    'ed25519',
  )
  const { baseUrl, publicUrl } = stage
  const client = createClient({ baseUrl, publicUrl, signer: createSigner(signerOptions(key)) })
  const account = privateKeyToAccount(generatePrivateKey())
  const challenge = (
    await client.request('POST', '/marketplace/v1/wallets/challenges', { chain: 'ETH', address: account.address })
  ).body as { challengeId: string; message: string }
  await client.request('POST', '/marketplace/v1/wallets', {
    challengeId: challenge.challengeId,
    signature: await account.signMessage({ message: challenge.message }),
  })
  return { onliId, client, key, walletAddress: account.address }
}

/** Pays USDT on a sandboxed chain and mines the confirmations. Answers with the transaction's hash. */
export async function pay(
  stage: Pick<Stage, 'sandboxUrl'>,
  from: string,
  amount: string,
  options: { confirmations?: number; to?: string; token?: string; status?: 'success' | 'failed' } = {},
): Promise<string> {
  const [to] = sandboxDepositAddresses.ETH
  const sent = await control(stage.sandboxUrl, '/chains/ETH/transfers', {
    token: options.token ?? 'USDT',
    from,
    to: options.to ?? to,
    amount,
    ...(options.status ? { status: options.status } : {}),
  })
  const more = (options.confirmations ?? 12) - 1
  if (more > 0) await control(stage.sandboxUrl, '/chains/ETH/blocks', { count: more })
  return String(sent['hash'])
}

/** A call to the sandbox's control API. */
export async function control(sandboxUrl: string, path: string, body: object): Promise<Record<string, unknown>> {
  const response = await fetch(`${sandboxUrl}/control${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const answer = (await response.json()) as Record<string, unknown>
  if (!response.ok) throw new Error(`sandbox ${path}: ${JSON.stringify(answer)}`)
  return answer
}

/** Sends an event, waits for its end, gives its receipt. */
export async function trade(
  client: Client,
  event: Omit<NewEvent, 'eventId'> & { eventId?: string },
): Promise<Record<string, unknown>> {
  const eventId = event.eventId ?? `play-${randomBytes(8).toString('hex')}`
  await client.submitEvent({ ...event, eventId })
  await client.waitForEnd(eventId)
  return (await client.getReceipt(eventId)).receipt
}
