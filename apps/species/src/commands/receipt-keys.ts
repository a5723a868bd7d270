import type { CommandCall } from './command-call.ts'
import type { CommandRow } from './command-row.ts'

const base = '/admin/v1/receipt-keys'
const reason = ['!--reason <text>', 'why; it is kept'] as const

/** `receipt-key …`: the keys of the marketplace that receipts are signed with. */
export const receiptKeyRows: readonly CommandRow[] = [
  {
    name: 'receipt-key list',
    isDefault: true,
    summary: 'list them, newest first',
    async run(call: CommandCall): Promise<void> {
      const { body } = await call.over('operator', ({ client }) => client.request('GET', base))
      const { keys } = body as { keys: { kid: string; status: string; activeFrom: string; distrustedAt?: string }[] }
      const lines = keys.map(({ kid, status, activeFrom, distrustedAt }) => {
        const until = distrustedAt === undefined ? '' : `, distrusted since ${distrustedAt}`
        return `${kid}  ${status.padEnd(10)} signs from ${activeFrom}${until}`
      })
      call.print(body, lines.join('\n'))
    },
  },
  {
    name: 'receipt-key rotate',
    summary: 'sign receipts with a new key',
    details: 'It is published at once, and signs when readers have it. Receipts signed before stay valid.',
    options: [['--active-in <seconds>', 'when it signs', '600'], reason],
    async run(call: CommandCall): Promise<void> {
      const { options } = call
      const asked = { activeInSeconds: Number(options.needed('activeIn')), reason: options.needed('reason') }
      const { body } = await call.over('operator', ({ client }) => client.request('POST', base, asked))
      const { kid, activeFrom } = body as { kid: string; activeFrom: string }
      call.print(body, `The key ${kid} signs receipts from ${activeFrom} on.`)
    },
  },
  {
    name: 'receipt-key distrust',
    usage: '<kid>',
    summary: 'take a key out of use whose private half others may know',
    details:
      'Copies of receipts that it signed no longer verify. Read them again: they are shown under the current key.',
    options: [reason],
    async run(call: CommandCall): Promise<void> {
      const [kid = ''] = call.args
      const path = `${base}/${encodeURIComponent(kid)}/distrust`
      const { body } = await call.over('operator', ({ client }) =>
        client.request('POST', path, { reason: call.options.needed('reason') }),
      )
      call.print(body, `The key ${kid} is distrusted. The published key set says so.`)
    },
  },
]
