import { generateEd25519 } from '@species/sdk'
import type { LocalKey } from '../processes/data-directory.ts'
import type { CommandCall, CommandRow } from './command-row.ts'
import { over } from './connect.ts'
import { print } from './output.ts'
import { wrongUse } from './wrong-use.ts'

interface KeyView {
  readonly keyId: string
  readonly alg: string
  readonly scopes: readonly string[]
  readonly createdAt: string
  readonly expiresAt?: string
  readonly revokedAt?: string
}

const base = '/marketplace/v1/keys'
const as = ['!--as <onliId>', 'whose keys'] as const

/** `keys …`: the API keys of a user. A key is made with `key create`. */
export const keyRows: readonly CommandRow[] = [
  {
    name: 'keys list',
    summary: 'list the keys of a user',
    details: 'Those in use, and the newest of those that ended. Never a secret.',
    options: [as],
    async run({ options }: CommandCall): Promise<void> {
      const { keys, own } = await over(options.needed('as'), async ({ client, directory }) => ({
        keys: ((await client.request('GET', base)).body as { keys: KeyView[] }).keys,
        own: directory.readKey(options.needed('as'))?.keyId,
      }))
      const lines = keys.map(({ keyId, alg, scopes, createdAt, revokedAt, expiresAt }) => {
        const end = revokedAt === undefined ? expiresAt && `until ${expiresAt}` : `revoked ${revokedAt}`
        const here = keyId === own ? '  (in this data directory)' : ''
        return `${keyId}  ${alg}  ${scopes.join(',')}  since ${createdAt}${end === undefined ? '' : `  ${end}`}${here}`
      })
      print(options, keys, lines.length === 0 ? 'There are none.' : lines.join('\n'))
    },
  },
  {
    name: 'keys rotate',
    summary: 'give the key of the data directory a successor with the same powers',
    details: 'The successor is kept in its place. Other programs can use the old key until the overlap is over.',
    options: [as, ['--overlap <seconds>', 'how long the old key lives on', '3600']],
    async run({ options }: CommandCall): Promise<void> {
      const name = options.needed('as')
      const overlapSeconds = Number(options.needed('overlap'))
      if (!Number.isInteger(overlapSeconds)) throw wrongUse('--overlap is a number of seconds.')
      const rotated = await over(name, async ({ client, directory }) => {
        const old = directory.readKey(name)
        if (!old) throw wrongUse(`There is no key of ${name} in ${directory.path}.`)
        const pair = old.alg === 'ed25519' ? generateEd25519() : undefined
        const body = { overlapSeconds, ...(pair ? { publicKey: pair.publicKey } : {}) }
        const made = (await client.request('POST', `${base}/${old.keyId}/rotate`, body)).body as {
          keyId: string
          secret?: string
          oldExpiresAt: string
        }
        const key: LocalKey = pair
          ? { alg: 'ed25519', keyId: made.keyId, ...pair }
          : { alg: 'hmac', keyId: made.keyId, secret: made.secret ?? '' }
        return {
          keyId: made.keyId,
          replaces: old.keyId,
          oldExpiresAt: made.oldExpiresAt,
          file: directory.writeKey(name, key),
        }
      })
      const words = `${rotated.keyId} is kept in ${rotated.file}. ${rotated.replaces} can be used until ${rotated.oldExpiresAt}.`
      print(options, rotated, words)
    },
  },
  {
    name: 'keys revoke',
    usage: '<keyId>',
    summary: 'revoke a key, for ever',
    details: 'At once in the process that is asked, within one second everywhere. An operator revokes anybody’s.',
    options: [['--as <onliId>', 'whose key it is', 'operator']],
    async run({ args: [keyId = ''], options }: CommandCall): Promise<void> {
      const name = options.needed('as')
      const path = name === 'operator' ? '/admin/v1/keys' : base
      const { body } = await over(name, ({ client }) =>
        client.request('DELETE', `${path}/${encodeURIComponent(keyId)}`),
      )
      print(options, body, `${keyId} is revoked.`)
    },
  },
]
