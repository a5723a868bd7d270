import type { CommandCall } from './command-call.ts'
import type { CommandRow } from './command-row.ts'

interface Line {
  readonly breaker: string
  readonly state: 'closed' | 'open' | 'half_open'
  readonly since: string
  readonly latencyMs?: number
  readonly answeredAt?: string
  readonly waiting: number
}

const words: Readonly<Record<Line['state'], string>> = {
  closed: 'works',
  open: 'cut off',
  half_open: 'cut off, being tried',
}

/** `partners`: how the partners do, as the process that answers sees it. */
export const partnerRows: readonly CommandRow[] = [
  {
    name: 'partners',
    summary: 'show how the partners do, as the process that answers sees it',
    details: 'Example: species partners --json',
    async run(call: CommandCall): Promise<void> {
      const { body } = await call.over('operator', ({ client }) => client.request('GET', '/admin/v1/partners'))
      const { partners } = body as { partners: Line[] }
      call.print({ partners }, partners.map(inWords).join('\n'))
    },
  },
]

function inWords({ breaker, state, since, latencyMs, answeredAt, waiting }: Line): string {
  const last = answeredAt === undefined ? 'has not been asked' : `last answer ${answeredAt} in ${latencyMs ?? 0} ms`
  return `${breaker}  ${words[state]} since ${since}  ${last}  ${waiting} waiting`
}
