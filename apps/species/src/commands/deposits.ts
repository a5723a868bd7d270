import type { CommandCall } from './command-call.ts'
import type { CommandRow } from './command-row.ts'
import { pageInWords } from './market.ts'

interface Deposit {
  readonly depositId: string
  readonly chain: string
  readonly hash: string
  readonly from: string
  readonly amount: string
  readonly status: string
  readonly explained?: string
  readonly minedAt: string
}

const base = '/admin/v1/deposits'
const reason = ['!--reason <text>', 'why, in at least 8 characters; it is kept'] as const

/** `deposits …`: what came in at our addresses, for operators. */
export const depositRows: readonly CommandRow[] = [
  {
    name: 'deposits list',
    isDefault: true,
    summary: 'list what came in at our addresses, newest first',
    options: [
      ['--unexplained', 'only what no event, quote or payout has claimed'],
      ['--older-than <minutes>', 'only what has been final for longer'],
      ['--limit <number>', 'how many', '50'],
      ['--cursor <depositId>', 'only those after this one'],
    ],
    async run(call: CommandCall): Promise<void> {
      const { options } = call
      const [older, cursor] = [options.text('olderThan'), options.text('cursor')]
      const query = new URLSearchParams({
        unexplained: String(options.has('unexplained')),
        limit: options.needed('limit'),
        ...(older === undefined ? {} : { olderThanMinutes: older }),
        ...(cursor === undefined ? {} : { cursor }),
      })
      const page = (await ask(call, 'GET', `?${query.toString()}`)) as { deposits: Deposit[]; cursor?: string }
      call.print(page, pageInWords(page.deposits.map(inWords), page.cursor, 'deposits list --cursor'))
    },
  },
  {
    name: 'deposits show',
    usage: '<depositId>',
    summary: 'show one, with its transaction',
    options: [],
    async run(call: CommandCall): Promise<void> {
      const deposit = (await ask(call, 'GET', pathOf(call))) as Deposit
      call.print(deposit, `${inWords(deposit)}\n${deposit.chain} ${deposit.hash}`)
    },
  },
  {
    name: 'deposits assign',
    usage: '<depositId> <onliId>',
    summary: 'credit unexplained money to a user; takes two people',
    options: [reason],
    async run(call: CommandCall): Promise<void> {
      const body = { onliId: call.args[1], reason: call.options.needed('reason') }
      const done = (await ask(call, 'POST', `${pathOf(call)}/assign`, body)) as { amount: string; onliId: string }
      call.print(done, `${done.amount} USDT are ${done.onliId}’s credit.`)
    },
  },
  {
    name: 'deposits keep',
    usage: '<depositId>',
    summary: 'keep unexplained money as income; takes two people',
    options: [reason],
    async run(call: CommandCall): Promise<void> {
      const body = { reason: call.options.needed('reason') }
      const done = (await ask(call, 'POST', `${pathOf(call)}/keep`, body)) as { amount: string }
      call.print(done, `${done.amount} USDT are kept as income.`)
    },
  },
  {
    name: 'deposits forwarded',
    usage: '<depositId>',
    summary: 'book unexplained money as forwarded by NOWPayments; takes two people',
    options: [reason],
    async run(call: CommandCall): Promise<void> {
      const body = { reason: call.options.needed('reason') }
      const done = (await ask(call, 'POST', `${pathOf(call)}/forwarded`, body)) as { amount: string }
      call.print(done, `${done.amount} USDT are booked as forwarded by NOWPayments.`)
    },
  },
]

function pathOf({ args: [depositId = ''] }: CommandCall): string {
  return `/${encodeURIComponent(depositId)}`
}

async function ask(call: CommandCall, method: 'GET' | 'POST', path: string, body?: object): Promise<unknown> {
  return (await call.over('operator', ({ client }) => client.request(method, `${base}${path}`, body))).body
}

function inWords({ depositId, chain, amount, from, status, explained, minedAt }: Deposit): string {
  return `${depositId}  ${amount} USDT on ${chain} from ${from}  ${status}${explained === undefined ? '' : `, ${explained}`}  mined ${minedAt}`
}
