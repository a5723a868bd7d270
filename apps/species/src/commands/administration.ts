import type { CommandCall } from './command-call.ts'
import type { CommandRow } from './command-row.ts'
import { pageInWords } from './market.ts'
import { wrongUse } from './wrong-use.ts'

/** `user list`, `pool fund`: for operators. */
export const administrationRows: readonly CommandRow[] = [
  {
    name: 'user list',
    summary: 'list the users, by id',
    options: [
      ['--limit <number>', 'how many', '50'],
      ['--after <onliId>', 'only those after this one'],
    ],
    async run(call: CommandCall): Promise<void> {
      const { options } = call
      const after = options.text('after')
      const query = new URLSearchParams({ limit: options.needed('limit'), ...(after === undefined ? {} : { after }) })
      const page = (
        await call.over('operator', ({ client }) => client.request('GET', `/admin/v1/users?${query.toString()}`))
      ).body as { users: { onliId: string; status: string; createdAt: string }[]; nextAfter?: string }
      const lines = page.users.map((one) => `${one.onliId}  ${one.status}  since ${one.createdAt}`)
      call.print(page, pageInWords(lines, page.nextAfter, 'user list --after'))
    },
  },
  {
    name: 'pool fund',
    usage: '<chain> <hash>',
    summary: 'book a payment to us as money of the liquidity pool',
    details:
      'Send USDT to a deposit address first. The payment is proven on its chain like any other and is claimed once, for ever.',
    options: [
      ['!--reason <text>', 'why, in at least 8 characters; it is kept'],
      ['--log-index <number>', 'which transfer is meant, where several are in the transaction'],
    ],
    async run(call: CommandCall): Promise<void> {
      const {
        args: [chain, proof],
        options,
      } = call
      const logIndex = options.text('logIndex')
      if (logIndex !== undefined && !/^\d{1,6}$/.test(logIndex)) throw wrongUse('--log-index is a whole number.')
      const body = {
        payer: 'liquidity_pool',
        chain,
        proof,
        reason: options.needed('reason'),
        ...(logIndex === undefined ? {} : { logIndex: Number(logIndex) }),
      }
      const claimed = (await call.over('operator', ({ client }) => client.request('POST', '/admin/v1/claims', body)))
        .body as {
        claims: { amount: string }[]
      }
      const amounts = claimed.claims.map(({ amount }) => `${amount} USDT`).join(' and ')
      call.print(claimed, `${amounts} are claimed for the liquidity pool.`)
    },
  },
]
