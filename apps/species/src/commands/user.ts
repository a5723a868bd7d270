import { generateEd25519 } from '@species/sdk'
import { type Command, Option } from 'commander'
import type { LocalKey } from '../processes/data-directory.ts'
import { over } from './connect.ts'
import { hint, print } from './output.ts'

interface CreatedKey {
  keyId: string
  alg: 'hmac' | 'ed25519'
  secret?: string
}

const defaultScopes = ['read', 'trade', 'keys', 'wallets'] as const

/** `user …` and `key …`: who may use the marketplace. */
export function addUserCommands(program: Command): void {
  const user = program.command('user').description('users of the marketplace')
  user
    .command('create')
    .argument('<onliId>')
    .option('--json', 'print JSON')
    .description('register a user; the vault at Onli Cloud is made with it')
    .action(async (onliId: string, options: { json?: true }) => {
      const created = await over('operator', ({ client }) => client.request('POST', '/admin/v1/users', { onliId }))
      print(options, created.body, `${onliId} is registered. Next: ${hint(`key create ${onliId}`)}`)
    })
  user
    .command('show')
    .argument('<onliId>')
    .option('--json', 'print JSON')
    .description('what is known of a user')
    .action(async (onliId: string, options: { json?: true }) => {
      const shown = await over('operator', ({ client }) => client.request('GET', `/admin/v1/users/${onliId}`))
      print(options, shown.body, JSON.stringify(shown.body, null, 2))
    })
  user
    .command('balance')
    .argument('<onliId>')
    .option('--json', 'print JSON')
    .description('what a user has')
    .action(async (onliId: string, options: { json?: true }) => {
      const balance = await over('operator', ({ client }) =>
        client.request('GET', `/marketplace/v1/users/${onliId}/balance`),
      )
      print(options, balance.body, JSON.stringify(balance.body, null, 2))
    })
  user
    .command('suspend')
    .argument('<onliId>')
    .requiredOption('--reason <text>', 'why; it is kept')
    .option('--lift', 'make the user active again')
    .option('--json', 'print JSON')
    .description('suspend a user, or lift that')
    .action(async (onliId: string, options: { reason: string; lift?: true; json?: true }) => {
      const status = options.lift === true ? 'active' : 'suspended'
      const answer = await over('operator', ({ client }) =>
        client.request('POST', `/admin/v1/users/${onliId}/status`, { status, reason: options.reason }),
      )
      print(options, answer.body, `${onliId} is ${status}.`)
    })
  addKeyCommands(program)
}

function addKeyCommands(program: Command): void {
  program
    .command('key')
    .description('API keys')
    .command('create')
    .argument('<onliId>')
    .addOption(new Option('--alg <alg>', 'kind of key').choices(['hmac', 'ed25519']).default('ed25519'))
    .option('--json', 'print JSON, with the secret half')
    .description('make a key for a user and keep it in the data directory, so that `--as <onliId>` signs with it')
    .action(async (onliId: string, options: { alg: 'hmac' | 'ed25519'; json?: true }) => {
      const { key, file } = await over('operator', async ({ client, directory }) => {
        const key = await createKey(
          (body) => client.request('POST', `/admin/v1/users/${onliId}/keys`, body),
          options.alg,
        )
        return { key, file: directory.writeKey(onliId, key) }
      })
      print(
        options,
        { ...key, file },
        `${key.keyId} (${key.alg}) is kept in ${file}, readable by you alone. Next: ${hint(`event submit --as ${onliId} --help`)}`,
      )
    })
}

/** Makes a key: of Ed25519 the private half never leaves this machine; an HMAC secret is told once. */
export async function createKey(
  post: (body: object) => Promise<{ body: unknown }>,
  alg: 'hmac' | 'ed25519',
): Promise<LocalKey> {
  const scopes = [...defaultScopes]
  if (alg === 'ed25519') {
    const pair = generateEd25519()
    const created = (await post({ alg, publicKey: pair.publicKey, scopes })).body as CreatedKey
    return { alg, keyId: created.keyId, ...pair }
  }
  const created = (await post({ alg, scopes })).body as CreatedKey
  if (created.secret === undefined) throw new Error('the answer has no secret')
  return { alg, keyId: created.keyId, secret: created.secret }
}
