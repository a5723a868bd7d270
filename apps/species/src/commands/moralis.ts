import type { CommandCall } from './command-call.ts'
import type { CommandRow } from './command-row.ts'

interface Step {
  readonly do: 'create' | 'add' | 'drop' | 'resume' | 'remove'
  readonly chain?: string
  readonly streamId?: string
  readonly addresses?: readonly string[]
}

/** `moralis …`: the streams by which Moralis tells us of payments. */
export const moralisRows: readonly CommandRow[] = [
  {
    name: 'moralis sync',
    summary: 'make the streams at Moralis what the configuration has',
    details:
      'One stream for each chain, with the deposit addresses, the addresses of quotes and our wallets. The same again changes nothing.\nExample: species moralis sync --dry-run',
    options: [['--dry-run', 'show what would be done, and do nothing']],
    async run(call: CommandCall): Promise<void> {
      const dryRun = call.options.has('dryRun')
      const { body } = await call.over('operator', ({ client }) =>
        client.request('POST', '/admin/v1/moralis/sync', { dryRun }),
      )
      const { steps } = body as { steps: Step[] }
      const head = steps.length === 0 ? 'All is as it should be.' : dryRun ? 'To be done:' : 'Done:'
      call.print(body, [head, ...steps.map(inWords)].join('\n'))
    },
  },
]

const words: Readonly<Record<Step['do'], string>> = {
  create: 'make a stream',
  add: 'add addresses',
  drop: 'take addresses away',
  resume: 'resume the stream',
  remove: 'delete the stream',
}

function inWords({ do: what, chain = '', streamId = '', addresses = [] }: Step): string {
  return [`  ${words[what]}  ${chain} ${streamId}`, ...addresses.map((address) => `    ${address}`)].join('\n')
}
