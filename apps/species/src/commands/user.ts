import { generateEd25519 } from '@species/sdk/node'
import type { LocalKey } from '../processes/data-directory.ts'
import type { CommandCall } from './command-call.ts'
import type { CommandRow } from './command-row.ts'

interface CreatedKey {
  keyId: string
  alg: 'hmac' | 'ed25519'
  secret?: string
}

const defaultScopes = ['read', 'trade', 'keys', 'wallets', 'webhooks'] as const

/** `user …` and `key create`: who may use the marketplace. */
export const userRows: readonly CommandRow[] = [
  {
    name: 'user create',
    usage: '<onliId>',
    summary: 'register a user; the vault at Onli Cloud is made with it',
    async run(call: CommandCall): Promise<void> {
      const [onliId = ''] = call.args
      const { body } = await call.over('operator', ({ client }) =>
        client.request('POST', '/admin/v1/users', { onliId }),
      )
      call.print(body, `${onliId} is registered. Next: ${call.hint(`key create ${onliId}`)}`)
    },
  },
  {
    name: 'user show',
    usage: '<onliId>',
    summary: 'what is known of a user',
    run: (call) => show(call, (onliId) => `/admin/v1/users/${onliId}`),
  },
  {
    name: 'user balance',
    usage: '<onliId>',
    summary: 'what a user has',
    run: (call) => show(call, (onliId) => `/marketplace/v1/users/${onliId}/balance`),
  },
  {
    name: 'user suspend',
    usage: '<onliId>',
    summary: 'suspend a user, or lift that',
    options: [
      ['!--reason <text>', 'why; it is kept'],
      ['--lift', 'make the user active again'],
    ],
    async run(call: CommandCall): Promise<void> {
      const [onliId = ''] = call.args
      const body = { status: call.options.has('lift') ? 'active' : 'suspended', reason: call.options.needed('reason') }
      const answer = await call.over('operator', ({ client }) =>
        client.request('POST', `/admin/v1/users/${encodeURIComponent(onliId)}/status`, body),
      )
      call.print(answer.body, `${onliId} is ${body.status}.`)
    },
  },
  {
    name: 'key create',
    usage: '<onliId>',
    summary: 'make a key for a user and keep it in the data directory, so that `--as <onliId>` signs with it',
    details:
      'With --json the secret half is printed too. Where two people decide, give --public-key: a second person approves the key, and no operator has its private half. With --payout it makes two keys that can send money out: one asks, the other confirms.',
    options: [
      ['--alg <alg>', 'kind of key', 'ed25519', ['hmac', 'ed25519']],
      ['--public-key <key>', 'make it of this public key of the user, who keeps the private one; no file is written'],
      ['--payout', 'make the two keys for address … and payout … instead'],
    ],
    async run(call: CommandCall): Promise<void> {
      const [onliId = ''] = call.args
      const publicKey = call.options.text('publicKey')
      if (publicKey !== undefined) {
        await createOfPublicKey(call, onliId, publicKey)
        return
      }
      if (call.options.has('payout')) {
        await createPayoutKeys(call, onliId)
        return
      }
      const alg = call.options.needed('alg') === 'hmac' ? 'hmac' : 'ed25519'
      const { key, file } = await call.over('operator', async ({ client, directory }) => {
        const path = `/admin/v1/users/${encodeURIComponent(onliId)}/keys`
        const key = await createKey((body) => client.request('POST', path, body), alg)
        return { key, file: directory.writeKey(onliId, key) }
      })
      call.print(
        { ...key, file },
        `${key.keyId} (${key.alg}) is kept in ${file}, readable by you alone. Next: ${call.hint(`event submit --as ${onliId} --help`)}`,
      )
    },
  },
]

/** The user made the pair: all that is told is its public half. */
async function createOfPublicKey(call: CommandCall, onliId: string, publicKey: string): Promise<void> {
  const scopes = call.options.has('payout') ? ['read', 'payout'] : defaultScopes
  const path = `/admin/v1/users/${encodeURIComponent(onliId)}/keys`
  const { body } = await call.over('operator', ({ client }) =>
    client.request('POST', path, { alg: 'ed25519', publicKey, scopes }),
  )
  const { keyId } = body as CreatedKey
  call.print(body, `${keyId} is a key of ${onliId}. Tell them its id: they sign with their private key.`)
}

/** Two keys of one person: until there are passkeys, the second confirms what the first asks for. */
async function createPayoutKeys(call: CommandCall, onliId: string): Promise<void> {
  const made = await call.over('operator', async ({ client, directory }) => {
    const path = `/admin/v1/users/${encodeURIComponent(onliId)}/keys`
    const keys = []
    for (const name of [`${onliId}.payout`, `${onliId}.confirm`]) {
      const key = await createKey((body) => client.request('POST', path, body), 'ed25519', ['read', 'payout'])
      keys.push({ keyId: key.keyId, file: directory.writeKey(name, key) })
    }
    return keys
  })
  const lines = made.map(({ keyId, file }) => `${keyId} is kept in ${file}, readable by you alone.`)
  call.print(made, [...lines, `Next: ${call.hint(`address add ETH <address> --as ${onliId}`)}`].join('\n'))
}

async function show(call: CommandCall, path: (onliId: string) => string): Promise<void> {
  const [onliId = ''] = call.args
  const { body } = await call.over('operator', ({ client }) => client.request('GET', path(encodeURIComponent(onliId))))
  call.print(body, JSON.stringify(body, null, 2))
}

/** Makes a key: of Ed25519 the private half never leaves this machine; an HMAC secret is told once. */
export async function createKey(
  post: (body: object) => Promise<{ body: unknown }>,
  alg: 'hmac' | 'ed25519',
  scopes: readonly string[] = defaultScopes,
): Promise<LocalKey> {
  if (alg === 'ed25519') {
    const pair = generateEd25519()
    const created = (await post({ alg, publicKey: pair.publicKey, scopes })).body as CreatedKey
    return { alg, keyId: created.keyId, ...pair }
  }
  const created = (await post({ alg, scopes })).body as CreatedKey
  if (created.secret === undefined) throw new Error('the answer has no secret')
  return { alg, keyId: created.keyId, secret: created.secret }
}
