import { type Client, SpeciesError, generateEd25519 } from '@species/sdk'
import type { Command } from 'commander'
import type { DataDirectory, LocalKey } from '../processes/data-directory.ts'
import { over } from './connect.ts'
import { print } from './output.ts'

interface Person {
  operatorId: string
  name: string
  keys: { keyId: string; publicKey?: string; expiresAt?: string; revokedAt?: string }[]
}

/** `operator …`: the people who run it, and their keys. */
export function addPeopleCommands(program: Command): void {
  const operator = program.command('operator').description('the people who run the marketplace, and their keys')
  operator
    .command('list')
    .option('--json', 'print JSON')
    .description('list them with their keys')
    .action(async (options: { json?: true }) => {
      const people = await over('operator', ({ client }) => peopleOf(client))
      print(options, people, people.map(inWords).join('\n'))
    })
  operator
    .command('create')
    .argument('<operatorId>', 'a short id for the person, such as olga')
    .requiredOption('--name <name>', 'their name')
    .option('--public-key <key>', 'of a key that only they hold (Ed25519, base64url); without it one is made here')
    .option('--json', 'print JSON')
    .description('add a person; what they do is recorded under their id')
    .action(async (operatorId: string, options: { name: string; publicKey?: string; json?: true }) => {
      const answer = await over('operator', async ({ client, directory }) => {
        const pair = options.publicKey === undefined ? generateEd25519() : undefined
        const publicKey = options.publicKey ?? pair?.publicKey
        const body = { operatorId, name: options.name, publicKey }
        const { keyId } = (await client.request('POST', '/admin/v1/operators', body)).body as { keyId: string }
        const file = pair && directory.writeKey(`operator-${operatorId}`, { alg: 'ed25519', keyId, ...pair })
        return { operatorId, keyId, ...(file === undefined ? {} : { file }) }
      })
      const next =
        answer.file === undefined ? '' : ` It is kept in ${answer.file}: give it to them as keys/operator.json.`
      print(options, answer, `${options.name} (${operatorId}) is an operator with the key ${answer.keyId}.${next}`)
    })
  operator
    .command('rotate')
    .option('--overlap <seconds>', 'how long the old key lives on', '3600')
    .option('--json', 'print JSON')
    .description('give the operator key of this data directory a successor, and use it from now on')
    .action(async (options: { overlap: string; json?: true }) => {
      const { keyId, before } = await over('operator', ({ client, directory }) =>
        rotate(client, directory, Number(options.overlap)),
      )
      print(options, { keyId, replaces: before }, `${keyId} replaces ${before}, which ends after ${options.overlap} s.`)
    })
}

/**
 * The new key is on disk before the marketplace hears of it: whoever dies in between finds it, and the command goes on from there
 * when it is given again.
 */
async function rotate(
  client: Client,
  directory: DataDirectory,
  overlapSeconds: number,
): Promise<{ keyId: string; before: string }> {
  const before = directory.readKey('operator')?.keyId ?? ''
  const next = directory.ensureKey('operator-next', () => ({ alg: 'ed25519', keyId: 'next', ...generateEd25519() }))
  if (next.alg !== 'ed25519') throw new Error(`the next key of the operator in ${directory.path} is not an Ed25519 key`)
  const keyId = await successorOf(client, before, next, overlapSeconds)
  directory.writeKey('operator', { ...next, keyId })
  directory.removeKey('operator-next')
  return { keyId, before }
}

async function successorOf(
  client: Client,
  before: string,
  { publicKey }: Extract<LocalKey, { alg: 'ed25519' }>,
  overlapSeconds: number,
): Promise<string> {
  try {
    const body = { publicKey, overlapSeconds }
    return ((await client.request('POST', `/admin/v1/operators/keys/${before}/rotate`, body)).body as { keyId: string })
      .keyId
  } catch (error) {
    if (!(error instanceof SpeciesError) || error.code !== 'already_exists') throw error
    const made = (await peopleOf(client)).flatMap(({ keys }) => keys).find((key) => key.publicKey === publicKey)
    if (!made) throw error
    return made.keyId
  }
}

async function peopleOf(client: Client): Promise<Person[]> {
  return ((await client.request('GET', '/admin/v1/operators')).body as { operators: Person[] }).operators
}

function inWords({ operatorId, name, keys }: Person): string {
  const lines = keys.map(({ keyId, expiresAt, revokedAt }) => {
    const ends = expiresAt === undefined ? 'in use' : `ends ${expiresAt}`
    return `  ${keyId}  ${revokedAt === undefined ? ends : `revoked ${revokedAt}`}`
  })
  return [`${operatorId}  ${name}`, ...lines].join('\n')
}
