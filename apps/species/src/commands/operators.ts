import type { Client } from '@species/sdk'
import { generateEd25519 } from '@species/sdk/node'
import type { CommandCall } from './command-call.ts'
import type { CommandRow } from './command-row.ts'
import { Proposed } from './proposed.ts'
import { overlapOf, overlapOption, rotateEd25519 } from './rotate-key.ts'

interface Person {
  operatorId: string
  name: string
  keys: { keyId: string; publicKey?: string; expiresAt?: string; revokedAt?: string }[]
}

/** `operator …`: the people who run it, and their keys. */
export const peopleRows: readonly CommandRow[] = [
  {
    name: 'operator list',
    summary: 'list them with their keys',
    async run(call: CommandCall): Promise<void> {
      const people = await call.over('operator', ({ client }) => peopleOf(client))
      call.print(people, people.map(inWords).join('\n'))
    },
  },
  {
    name: 'operator create',
    usage: '<operatorId>',
    summary: 'add a person; what they do is recorded under their id',
    details: 'The id is short, such as olga.',
    options: [
      ['!--name <name>', 'their name'],
      ['--public-key <key>', 'of a key that only they hold (Ed25519, base64url); without it one is made here'],
    ],
    async run(call: CommandCall): Promise<void> {
      const [operatorId = ''] = call.args
      const name = call.options.needed('name')
      const given = call.options.text('publicKey')
      const answer = await call.over('operator', async ({ client, directory }) => {
        const pair = given === undefined ? generateEd25519() : undefined
        const body = { operatorId, name, publicKey: given ?? pair?.publicKey }
        const keep = (keyId: string): string | undefined =>
          pair && directory.writeKey(`operator-${operatorId}`, { alg: 'ed25519', keyId, ...pair })
        const { keyId } = (
          await client.request('POST', '/admin/v1/operators', body).catch((error: unknown) => {
            const kept = error instanceof Proposed ? keep('pending') : undefined
            if (kept !== undefined)
              call.note(
                `The key is in ${kept}. Once this is approved, write its id there instead of "pending": \`operator list\` shows it.`,
              )
            throw error
          })
        ).body as { keyId: string }
        const file = keep(keyId)
        return { operatorId, keyId, ...(file === undefined ? {} : { file }) }
      })
      const next =
        answer.file === undefined ? '' : ` It is kept in ${answer.file}: give it to them as keys/operator.json.`
      call.print(answer, `${name} (${operatorId}) is an operator with the key ${answer.keyId}.${next}`)
    },
  },
  {
    name: 'operator rotate',
    summary: 'give the operator key of this data directory a successor, and use it from now on',
    details: 'Given again after it was interrupted, it goes on where it stopped.',
    options: [overlapOption],
    async run(call: CommandCall): Promise<void> {
      const overlapSeconds = overlapOf(call.options)
      const { keyId, replaces } = await call.over('operator', ({ client, directory }) =>
        rotateEd25519(client, directory, {
          name: 'operator',
          path: '/admin/v1/operators/keys',
          overlapSeconds,
          keysInUse: async () => (await peopleOf(client)).flatMap(({ keys }) => keys),
        }),
      )
      call.print({ keyId, replaces }, `${keyId} replaces ${replaces}, which ends after ${overlapSeconds} s.`)
    },
  },
]

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
