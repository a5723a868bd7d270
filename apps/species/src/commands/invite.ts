import type { CommandCall } from './command-call.ts'
import type { CommandRow } from './command-row.ts'

interface Made {
  readonly invitationId: string
  readonly expiresAt: string
  readonly path: string
}

interface Invitation {
  readonly invitationId: string
  readonly onliId: string
  readonly operatorId?: string
  readonly status: string
  readonly madeBy: string
  readonly expiresAt: string
}

const reason = ['--reason <text>', 'why; it is kept', 'an invitation'] as const

/** `user invite`, `operator invite` and `invitation …`: links by which people come in. */
export const inviteRows: readonly CommandRow[] = [
  {
    name: 'user invite',
    usage: '<onliId>',
    summary: 'make a link with which a user comes in, once',
    details:
      'They make a passkey with it, in a browser. It is good for 24 hours, and printed once. A user who is not there yet is registered by it. Of one who is there it opens the account, and takes two people.\n\nExample: species user invite ann',
    options: [reason],
    async run(call: CommandCall): Promise<void> {
      const [onliId = ''] = call.args
      await invite(call, `/admin/v1/users/${encodeURIComponent(onliId)}/invitations`, {})
    },
  },
  {
    name: 'operator invite',
    usage: '<operatorId>',
    summary: 'make a link with which a person who runs the marketplace comes in, once',
    details:
      'Of a new person --name is needed. One who is there makes a further passkey with it. It takes two people; who approves it gets the link.\n\nExample: species operator invite olga --name "Olga Ladyzhenskaya" --role treasurer',
    options: [
      ['--name <name>', 'their name'],
      [
        '--role <role>',
        'what they may do: operator, unless given; the second person is an admin',
        undefined,
        ['viewer', 'operator', 'treasurer', 'admin'],
      ],
      reason,
    ],
    async run(call: CommandCall): Promise<void> {
      const [operatorId = ''] = call.args
      const body = { name: call.options.text('name'), role: call.options.text('role') }
      await invite(call, `/admin/v1/operators/${encodeURIComponent(operatorId)}/invitations`, body)
    },
  },
  {
    name: 'invitation list',
    summary: 'list the links by which people come in, newest first; never a token',
    details: 'Example: species invitation list --json',
    async run(call: CommandCall): Promise<void> {
      const { body } = await call.over('operator', ({ client }) => client.request('GET', '/admin/v1/invitations'))
      const { invitations } = body as { invitations: readonly Invitation[] }
      const lines = invitations.map(
        ({ invitationId, onliId, operatorId, status, madeBy, expiresAt }) =>
          `${invitationId}  ${operatorId ?? onliId}  ${status}  by ${madeBy}  until ${expiresAt}`,
      )
      call.print(invitations, lines.length === 0 ? 'There are none.' : lines.join('\n'))
    },
  },
  {
    name: 'invitation revoke',
    usage: '<invitationId>',
    summary: 'revoke a link that is not redeemed',
    details: 'Example: species invitation revoke inv_0123456789abcdef0123456789abcdef',
    async run(call: CommandCall): Promise<void> {
      const [invitationId = ''] = call.args
      const { body } = await call.over('operator', ({ client }) =>
        client.request('DELETE', `/admin/v1/invitations/${encodeURIComponent(invitationId)}`),
      )
      call.print(body, `${invitationId} is revoked.`)
    },
  },
]

/** Prints the link as it is opened in a browser. */
async function invite(call: CommandCall, path: string, body: object): Promise<void> {
  const { made, site } = await call.over('operator', async ({ client, directory }) => {
    const answer = await client.request('POST', path, { ...body, reason: call.options.needed('reason') })
    const running = directory.readRunning()
    return { made: answer.body as Made, site: running?.publicUrl ?? running?.url ?? '' }
  })
  const link = `${site.replace(/\/$/, '')}${made.path}`
  call.print(
    { invitationId: made.invitationId, expiresAt: made.expiresAt, link },
    `${link}\nIt works once, until ${made.expiresAt}. Send it to no one else; ${call.hint(`invitation revoke ${made.invitationId}`)} revokes it.`,
  )
}
