import type { CommandCall } from './command-call.ts'
import type { CommandRow } from './command-row.ts'
import { confirmed } from './confirm.ts'
import { pageInWords } from './market.ts'
import type { Proposal } from './proposed.ts'
import { printable } from './printable.ts'

const base = '/admin/v1/proposals'
const pathOf = (proposalId: string): string => `${base}/${encodeURIComponent(proposalId)}`

/** `proposals …`: actions of operators that wait for a second person. */
export const proposalRows: readonly CommandRow[] = [
  {
    name: 'proposals list',
    isDefault: true,
    summary: 'list those that are open, newest first',
    options: [
      ['--all', 'those that are closed, too'],
      ['--before <number>', 'only older ones'],
      ['--limit <number>', 'how many', '50'],
    ],
    async run(call: CommandCall): Promise<void> {
      const { options } = call
      const query = new URLSearchParams({ status: options.has('all') ? 'all' : 'open', limit: options.needed('limit') })
      const before = options.text('before')
      if (before !== undefined) query.set('before', before)
      const { body } = await call.over('operator', ({ client }) => client.request('GET', `${base}?${query.toString()}`))
      const { proposals, nextBefore } = body as { proposals: Proposal[]; nextBefore?: number }
      const lines = proposals.map(
        (one) => `${one.proposalId}  ${one.status}  by ${one.proposedBy}: ${printable(one.inWords)}`,
      )
      const words =
        lines.length === 0
          ? 'Nothing waits for you.'
          : pageInWords(lines, nextBefore?.toString(), 'proposals list --before')
      call.print({ proposals, nextBefore }, words)
    },
  },
  {
    name: 'proposals show',
    usage: '<proposalId>',
    summary: 'show exactly what would be done, by whom and why',
    async run(call: CommandCall): Promise<void> {
      const proposal = await call.over('operator', async ({ client }) => {
        return (await client.request('GET', pathOf(call.args[0] ?? ''))).body as Proposal
      })
      call.print(proposal, inWords(proposal))
    },
  },
  {
    name: 'proposals approve',
    usage: '<proposalId>',
    summary: 'approve what another person proposed: it is done at once',
    details:
      'Shows it and asks before it is done; --yes skips the question. If what it acts on has changed since, nothing is done.',
    options: [['--yes', 'do not ask']],
    async run(call: CommandCall): Promise<void> {
      const path = pathOf(call.args[0] ?? '')
      const answer = await call.over('operator', async ({ client }) => {
        const proposal = (await client.request('GET', path)).body as Proposal
        if (!call.options.has('yes')) {
          call.note(inWords(proposal))
          if (!(await confirmed(call.terminal, 'Approve and do it now?'))) return undefined
        }
        return (await client.request('POST', `${path}/approve`, { actionHash: proposal.actionHash })).body as {
          proposal: Proposal
        }
      })
      if (answer === undefined) {
        call.exitCode = 1
        call.note('Nothing was approved.')
      } else call.print(answer, `Done: ${printable(answer.proposal.inWords)}`)
    },
  },
  {
    name: 'proposals refuse',
    usage: '<proposalId>',
    summary: 'refuse what another person proposed, or withdraw what you proposed',
    options: [['!--reason <text>', 'why, in at least 8 characters; it is kept']],
    async run(call: CommandCall): Promise<void> {
      const body = { reason: call.options.needed('reason') }
      const ended = await call.over('operator', async ({ client }) => {
        return (await client.request('POST', `${pathOf(call.args[0] ?? '')}/refuse`, body)).body as Proposal
      })
      call.print(ended, `It is ${ended.status}, and can never be approved.`)
    },
  },
]

function inWords(one: Proposal): string {
  const end = one.decidedAt === undefined ? '' : `, by ${String(one.decidedBy)} at ${one.decidedAt}`
  return [
    `${one.proposedBy} proposes to ${printable(one.inWords)}`,
    `Why: ${printable(one.reason)}`,
    `Exactly: ${printable(JSON.stringify(one.action))}`,
    `It is ${one.status}${end}. To be approved by another person between ${one.notBefore} and ${one.expiresAt}.`,
  ].join('\n')
}
