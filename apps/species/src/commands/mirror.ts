import type { CommandCall } from './command-call.ts'
import type { CommandRow } from './command-row.ts'

interface Account {
  readonly name: string
  readonly ledger: string
  readonly written: string
  readonly book?: string
  readonly difference?: string
}
interface Status {
  readonly configured: boolean
  readonly queued?: number
  readonly oldestQueuedAt?: string
  readonly failure?: string
  readonly failedAt?: string
  readonly refused?: readonly { readonly externalId: string; readonly reason: string }[]
  readonly accounts?: readonly Account[]
}

const base = '/admin/v1/mirror'

/** `mirror`: the book in Firefly III that follows the ledger. */
export const mirrorRows: readonly CommandRow[] = [
  {
    name: 'mirror status',
    isDefault: true,
    summary: 'how far the book in Firefly III is behind, and whether it agrees',
    details: 'Exits with 1 where the book shows something that we did not write, or refuses an entry.',
    async run(call: CommandCall): Promise<void> {
      const { body } = await call.over('operator', ({ client }) => client.request('GET', `${base}?compare=true`))
      const status = body as Status
      call.print(status, inWords(status))
      if (isWrong(status)) call.exitCode = 1
    },
  },
  {
    name: 'mirror retry',
    summary: 'write again what Firefly III refused, once the cause is gone',
    async run(call: CommandCall): Promise<void> {
      const { body } = await call.over('operator', ({ client }) => client.request('POST', `${base}/retry`, {}))
      const { queued } = body as { queued: number }
      call.print({ queued }, `Queued again: ${String(queued)}. See what becomes of them: species mirror status`)
    },
  },
]

function isWrong({ refused = [], accounts = [] }: Status): boolean {
  return refused.length > 0 || accounts.some(({ difference }) => difference !== undefined && !isZero(difference))
}

const isZero = (quantity: string): boolean => /^-?[0.]+$/.test(quantity)

function inWords(status: Status): string {
  if (!status.configured) return 'No book follows the ledger. Set FIREFLY_URL and FIREFLY_TOKEN, and start again.'
  const { queued = 0, oldestQueuedAt, failure, failedAt, refused = [], accounts = [] } = status
  return [
    queued === 0
      ? 'Nothing waits to be written.'
      : `${String(queued)} entries wait, the oldest since ${oldestQueuedAt ?? ''}.`,
    ...(failure === undefined ? [] : [`The last round ended early at ${failedAt ?? ''}: ${failure}`]),
    ...accounts.map(accountInWords),
    ...refused.map(({ externalId, reason }) => `refused  ${externalId}  ${reason}`),
    ...(refused.length === 0 ? [] : ['Mend the cause in Firefly III, then: species mirror retry']),
  ].join('\n')
}

function accountInWords({ name, ledger, written, book, difference }: Account): string {
  const says =
    book === undefined || difference === undefined
      ? 'the book did not answer'
      : isZero(difference)
        ? 'the book agrees'
        : `the book shows ${book}, ${difference} of it not written by us`
  const waits = ledger === written ? '' : ` (the ledger has ${ledger})`
  return `${name.padEnd(28)} ${written.padStart(24)}${waits}  ${says}`
}
