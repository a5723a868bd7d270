import type { CommandCall } from './command-call.ts'
import type { CommandRow } from './command-row.ts'
import { pageInWords } from './market.ts'

interface Difference {
  readonly differenceId: string
  readonly class: string
  readonly what: string
  readonly subject: string
  readonly state: string
  readonly asset?: string
  readonly amount?: string
  readonly cause: string
  readonly facts: Readonly<Record<string, string>>
  readonly owner: string
  readonly remedy: string
  readonly closing: readonly string[]
  readonly ageSeconds: number
  readonly resolution?: string
  readonly closedBy?: string
  readonly reason?: string
}
interface Section {
  readonly name: string
  readonly compared: number
  readonly notCompared: readonly string[]
  readonly failure?: string
}
interface Report {
  readonly agrees: boolean
  readonly sections: readonly Section[]
  readonly differences: readonly Difference[]
}

const base = '/admin/v1/differences'
const pathOf = ({ args: [differenceId = ''] }: CommandCall): string => `${base}/${encodeURIComponent(differenceId)}`

/** `reconcile` and `differences …`: whether the books agree, and what is done where they do not. */
export const reconcileRows: readonly CommandRow[] = [
  {
    name: 'reconcile',
    summary: 'compare the ledger with everything else, now; exit 1 if something differs',
    details:
      'With vaults, with what our wallets hold and what left them, with suspense, claims, receipts and Firefly III. What users moved outside their vaults is booked; everything else waits for people. It runs by itself every five minutes.\n\nExample: species reconcile --json',
    async run(call: CommandCall): Promise<void> {
      const { body } = await call.over('operator', ({ client }) => client.request('POST', '/admin/v1/reconciliations'))
      const report = body as Report
      call.print(report, reportInWords(report))
      call.exitCode = report.agrees ? 0 : 1
    },
  },
  {
    name: 'differences list',
    isDefault: true,
    summary: 'list what differs, oldest first',
    options: [
      ['--state <state>', 'open, suspected, closed, or standing: open and suspected', 'standing'],
      ['--class <class>', 'only those of this class'],
      ['--limit <number>', 'how many', '50'],
      ['--cursor <differenceId>', 'only those after this one'],
    ],
    async run(call: CommandCall): Promise<void> {
      const { options } = call
      const query = new URLSearchParams({ state: options.needed('state'), limit: options.needed('limit') })
      for (const name of ['class', 'cursor']) {
        const value = options.text(name)
        if (value !== undefined) query.set(name, value)
      }
      const { body } = await call.over('operator', ({ client }) => client.request('GET', `${base}?${query.toString()}`))
      const { differences, cursor } = body as { differences: Difference[]; cursor?: string }
      const lines = differences.map(lineOf)
      call.print(
        { differences, cursor },
        lines.length === 0 ? 'The books agree.' : pageInWords(lines, cursor, 'differences list --cursor'),
      )
    },
  },
  {
    name: 'differences show',
    usage: '<differenceId>',
    summary: 'show one, with its likely cause and how it is closed',
    async run(call: CommandCall): Promise<void> {
      const { body } = await call.over('operator', ({ client }) => client.request('GET', pathOf(call)))
      const difference = body as Difference
      call.print(difference, inWords(difference))
    },
  },
  {
    name: 'differences close',
    usage: '<differenceId>',
    summary: 'close one with a reason, or book it',
    details:
      'Whatever is booked, and whatever is closed about our wallets, takes two people.\n\nExample: species differences close dif_… --as treasury --reason "the balance of the wallet before we opened"',
    options: [
      [
        '!--as <how>',
        'explained: nothing is booked; or what it is booked as',
        undefined,
        ['explained', 'treasury', 'fees', 'costs', 'loss', 'receivable'],
      ],
      ['--user <onliId>', 'who owes it, where it is booked as receivable'],
      ['!--reason <text>', 'why, in at least 8 characters; it is kept'],
    ],
    async run(call: CommandCall): Promise<void> {
      const { options } = call
      const onliId = options.text('user')
      const asked = {
        as: options.needed('as'),
        reason: options.needed('reason'),
        ...(onliId === undefined ? {} : { onliId }),
      }
      const { body } = await call.over('operator', ({ client }) =>
        client.request('POST', `${pathOf(call)}/close`, asked),
      )
      const difference = body as Difference
      call.print(difference, inWords(difference))
    },
  },
]

function reportInWords({ agrees, sections, differences }: Report): string {
  return [
    agrees ? 'The books agree.' : 'The books do not agree:',
    ...differences.map((one) => `  ! ${lineOf(one)}`),
    ...sections.flatMap(({ name, failure, notCompared }) => [
      ...(failure === undefined ? [] : [`  ! ${name}: ${failure}`]),
      ...notCompared.map((why) => `  ? ${why}`),
    ]),
    `Compared: ${sections.map(({ name, compared }) => `${name} ${compared}`).join(', ')}.`,
    ...(differences.length === 0 ? [] : ['What to do: species differences show <differenceId>']),
  ].join('\n')
}

function lineOf({ differenceId, class: name, subject, amount, asset, ageSeconds, state }: Difference): string {
  const by = amount === undefined ? '' : `  ${amount} ${asset ?? ''}`
  return `${differenceId}  ${name}  ${subject}${by}  ${state}  ${Math.floor(ageSeconds / 60)} min`
}

function inWords(one: Difference): string {
  const { what, cause, remedy, owner, facts, closing, resolution, closedBy, reason } = one
  return [
    lineOf(one),
    `What:   ${what}`,
    `Cause:  ${cause}`,
    ...Object.entries(facts).map(([name, value]) => `        ${name}: ${value}`),
    resolution === undefined
      ? `To do:  ${remedy} (${owner}${closing.length === 0 ? '; it is over when it agrees' : `; closed by ${closing.join(' or ')}`})`
      : `Closed: ${resolution} by ${closedBy ?? ''}: ${reason ?? ''}`,
  ].join('\n')
}
