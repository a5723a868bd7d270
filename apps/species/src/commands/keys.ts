import type { Client } from '@species/sdk'
import { agentKeyRow } from './agent-key.ts'
import type { CommandCall } from './command-call.ts'
import type { CommandRow } from './command-row.ts'
import { overlapOf, overlapOption, rotateKey } from './rotate-key.ts'

interface KeyView {
  readonly keyId: string
  readonly alg: string
  readonly publicKey?: string
  readonly scopes: readonly string[]
  readonly createdAt: string
  readonly createdBy?: string
  readonly expiresAt?: string
  readonly revokedAt?: string
}

const base = '/marketplace/v1/keys'
const as = ['!--as <onliId>', 'whose keys'] as const

/** `keys …`: the API keys of a user. The key of the data directory is made with `key create`. */
export const keyRows: readonly CommandRow[] = [
  agentKeyRow,
  {
    name: 'keys list',
    summary: 'list the keys of a user',
    details: 'Those in use, and the newest of those that ended. Never a secret.',
    options: [as],
    async run(call: CommandCall): Promise<void> {
      const { options } = call
      const { keys, own } = await call.over(options.needed('as'), async ({ client, directory }) => ({
        keys: await keysOf(client),
        own: directory.readKey(options.needed('as'))?.keyId,
      }))
      const lines = keys.map(({ keyId, alg, scopes, createdAt, createdBy, revokedAt, expiresAt }) => {
        const end = revokedAt === undefined ? expiresAt && `until ${expiresAt}` : `revoked ${revokedAt}`
        const here = keyId === own ? '  (in this data directory)' : ''
        return `${keyId}  ${alg}  ${scopes.join(',')}  since ${createdAt}${createdBy === undefined ? '' : ` by ${createdBy}`}${end === undefined ? '' : `  ${end}`}${here}`
      })
      call.print(keys, lines.length === 0 ? 'There are none.' : lines.join('\n'))
    },
  },
  {
    name: 'keys rotate',
    summary: 'give the key of the data directory a successor with the same powers',
    details:
      'The successor is kept in its place. Other programs can use the old key until the overlap is over. Without an overlap (0) the old key is revoked by its successor. Interrupted, it loses nothing: give the same command again within the overlap, or within the hour.',
    options: [as, overlapOption],
    async run(call: CommandCall): Promise<void> {
      const name = call.options.needed('as')
      const overlapSeconds = overlapOf(call.options)
      const rotation = { name, path: base, revokePath: base, overlapSeconds, keysInUse: keysOf }
      const { keyId, replaces, file } = await rotateKey(call, rotation)
      const end = overlapSeconds === 0 ? 'is revoked' : `can be used for ${overlapSeconds} s more`
      call.print({ keyId, replaces, file }, `${keyId} is kept in ${file}. ${replaces} ${end}.`)
    },
  },
  {
    name: 'keys revoke',
    usage: '<keyId>',
    summary: 'revoke a key, for ever',
    details: 'At once in the process that is asked, within one second everywhere. An operator can revoke any key.',
    options: [['--as <onliId>', 'whose key it is', 'operator']],
    async run(call: CommandCall): Promise<void> {
      const {
        args: [keyId = ''],
        options,
      } = call
      const name = options.needed('as')
      const path = name === 'operator' ? '/admin/v1/keys' : base
      const { body } = await call.over(name, ({ client }) =>
        client.request('DELETE', `${path}/${encodeURIComponent(keyId)}`),
      )
      call.print(body, `${keyId} is revoked.`)
    },
  },
]

async function keysOf(client: Client): Promise<readonly KeyView[]> {
  return ((await client.request('GET', base)).body as { keys: KeyView[] }).keys
}
