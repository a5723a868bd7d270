import type { CommandCall } from './command-call.ts'
import type { CommandRow } from './command-row.ts'
import { type Person, createWithKeyMadeHere, peopleOf } from './create-operator.ts'
import { overlapOf, overlapOption, rotateKey } from './rotate-key.ts'

const roles = ['viewer', 'operator', 'treasurer', 'admin'] as const

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
    details:
      'The id is short, such as olga. Without --public-key, the same command given again goes on where it stopped, also after a second person has approved it.',
    options: [
      ['!--name <name>', 'their name'],
      ['--role <role>', 'what they may do: operator, unless given; the second person is an admin', undefined, roles],
      ['--public-key <key>', 'of a key that only they hold (Ed25519, base64url); without it one is made here'],
    ],
    async run(call: CommandCall): Promise<void> {
      const [operatorId = ''] = call.args
      const name = call.options.needed('name')
      const person = { operatorId, name, role: call.options.text('role') }
      const publicKey = call.options.text('publicKey')
      const made: { keyId: string; file?: string } =
        publicKey === undefined
          ? await createWithKeyMadeHere(call, person)
          : await call.over('operator', async ({ client }) => {
              const { body } = await client.request('POST', '/admin/v1/operators', { ...person, publicKey })
              return { keyId: (body as { keyId: string }).keyId }
            })
      const answer = { operatorId, ...made }
      const next =
        answer.file === undefined ? '' : ` It is kept in ${answer.file}: give it to them as keys/operator.json.`
      call.print(answer, `${name} (${operatorId}) is an operator with the key ${answer.keyId}.${next}`)
    },
  },
  {
    name: 'operator change',
    usage: '<operatorId>',
    summary: 'change the role of a person, suspend or reinstate them',
    details:
      'One admin suspends another person at once: none of their keys works, and what they proposed cannot be approved. If fewer than two admins with a key would be left, a second person approves it. Everything else takes two people.',
    options: [
      ['--role <role>', 'what they may do', undefined, roles],
      ['--status <status>', 'how they stand', undefined, ['active', 'suspended']],
      ['!--reason <text>', 'why; it is kept'],
    ],
    async run(call: CommandCall): Promise<void> {
      const [operatorId = ''] = call.args
      const { options } = call
      const body = { role: options.text('role'), status: options.text('status'), reason: options.needed('reason') }
      const changed = (
        await call.over('operator', ({ client }) =>
          client.request('POST', `/admin/v1/operators/${encodeURIComponent(operatorId)}`, body),
        )
      ).body as Pick<Person, 'role' | 'status'>
      call.print(changed, `${operatorId} is ${changed.status}, with the role ${changed.role}.`)
    },
  },
  {
    name: 'operator rotate',
    summary: 'give the operator key of this data directory a successor, and use it from now on',
    details: 'Given again after it was interrupted, it goes on where it stopped.',
    options: [overlapOption],
    async run(call: CommandCall): Promise<void> {
      const overlapSeconds = overlapOf(call.options)
      const { keyId, replaces } = await rotateKey(call, {
        name: 'operator',
        path: '/admin/v1/operators/keys',
        revokePath: '/admin/v1/keys',
        overlapSeconds,
        keysInUse: async (client) => (await peopleOf(client)).flatMap(({ keys }) => keys),
      })
      call.print({ keyId, replaces }, `${keyId} replaces ${replaces}, which ends after ${overlapSeconds} s.`)
    },
  },
]

function inWords({ operatorId, name, role, status, keys }: Person): string {
  const lines = keys.map(({ keyId, expiresAt, revokedAt }) => {
    const ends = expiresAt === undefined ? 'in use' : `ends ${expiresAt}`
    return `  ${keyId}  ${revokedAt === undefined ? ends : `revoked ${revokedAt}`}`
  })
  return [`${operatorId}  ${name}  ${role}  ${status}`, ...lines].join('\n')
}
