import type { Client } from '@species/sdk'
import type { CommandCall } from './command-call.ts'
import type { CommandRow, OptionRow } from './command-row.ts'
import { pageInWords } from './market.ts'

interface Line {
  readonly seq: number
  readonly at: string
  readonly operatorId: string
  readonly action: string
  readonly target: string
  readonly phase: string
  readonly reason?: string
}
interface Page {
  readonly lines: readonly Line[]
  readonly nextBefore?: number
}

const filters: readonly OptionRow[] = [
  ['--operator <operatorId>', 'only what this person did'],
  ['--action <action>', 'only this kind of action, such as config.change'],
  ['--target <id>', 'only what was done to this'],
]

/** `audit …`: what operators did. */
export const auditRows: readonly CommandRow[] = [
  {
    name: 'audit list',
    isDefault: true,
    summary: 'list what operators did, newest first',
    details: 'Each action has two lines: what was asked, before anything was done, and how it ended.',
    options: [...filters, ['--before <number>', 'only older ones'], ['--limit <number>', 'how many', '50']],
    async run(call: CommandCall): Promise<void> {
      const { options } = call
      const query = queryOf(call, options.text('before'), options.needed('limit'))
      const page = await call.over('operator', ({ client }) => pageOf(client, query))
      const lines = page.lines.map((one) => {
        const reason = one.reason === undefined ? '' : `: ${one.reason}`
        return `${one.seq}  ${one.at}  ${one.operatorId}  ${one.action} ${one.target}  ${one.phase}${reason}`
      })
      call.print(
        page,
        lines.length === 0 ? 'There are none.' : pageInWords(lines, page.nextBefore?.toString(), 'audit list --before'),
      )
    },
  },
  {
    name: 'audit export',
    summary: 'print all of it as JSON lines, newest first',
    details: 'One JSON document a line, with everything that is kept:\n  species audit export > audit.jsonl',
    options: filters,
    async run(call: CommandCall): Promise<void> {
      await call.over('operator', async ({ client }) => {
        let before: string | undefined
        do {
          const page = await pageOf(client, queryOf(call, before, '200'))
          for (const line of page.lines) call.terminal.out(`${JSON.stringify(line)}\n`)
          before = page.nextBefore?.toString()
        } while (before !== undefined)
      })
    },
  },
]

function queryOf({ options }: CommandCall, before: string | undefined, limit: string): URLSearchParams {
  const asked = {
    operatorId: options.text('operator'),
    action: options.text('action'),
    target: options.text('target'),
    before,
    limit,
  }
  const given = Object.entries(asked).filter((one): one is [string, string] => one[1] !== undefined)
  return new URLSearchParams(given)
}

async function pageOf(client: Client, query: URLSearchParams): Promise<Page> {
  return (await client.request('GET', `/admin/v1/audit?${query.toString()}`)).body as Page
}
