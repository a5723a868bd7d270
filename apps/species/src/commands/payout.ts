import { randomBytes } from 'node:crypto'
import type { CommandCall } from './command-call.ts'
import type { CommandRow } from './command-row.ts'
import { askConfirmed } from './confirmed.ts'

interface Payout {
  readonly payoutId: string
  readonly owner?: string
  readonly chain: string
  readonly address: string
  readonly amount: string
  readonly state: string
  readonly reason?: string
  readonly hash?: string
  readonly approvalHash?: string
}

/** Proceeds of one event, in USDT. */
type Proceeds = Readonly<Record<'eventId' | 'chain' | 'address' | 'earned' | 'asked' | 'waiting' | 'kept', string>> & {
  readonly keptReason?: string
}

const base = '/marketplace/v1/payouts'
const admin = '/admin/v1/payouts'
const as = ['!--as <onliId>', 'whose payout'] as const
const operatorKey = ['--key <name>', 'the key of the operator, in the data directory', 'operator'] as const

/** `payout …`: money that leaves; for users, and for the operators who approve and send it. */
export const payoutRows: readonly CommandRow[] = [
  {
    name: 'payout request',
    usage: '<chain> <address> <amount>',
    summary: 'ask for a payout of USDT to an address of the address book',
    details:
      'Your proceeds and then your credit are held for it. Needs the two keys of `species key create <onliId> --payout`. Interrupted, give the same --id again: it is the same payout.',
    options: [as, ['--id <requestId>', 'your own id of the request']],
    async run(call: CommandCall): Promise<void> {
      const [chain = '', address = '', amount = ''] = call.args
      const requestId = call.options.text('id') ?? `payout-${randomBytes(8).toString('hex')}`
      const made = (await askConfirmed(call, base, { requestId, chain, address, amount })) as Payout
      call.print(
        made,
        `${inWords(made)}\nSee how it stands: ${call.hint(`payout show ${made.payoutId} --as ${call.options.needed('as')}`)}`,
      )
    },
  },
  {
    name: 'payout list',
    isDefault: true,
    summary: 'list the payouts of a user, newest first',
    options: [as],
    async run(call: CommandCall): Promise<void> {
      const { payouts } = (await ask(call, call.options.needed('as'), 'GET', base)) as { payouts: Payout[] }
      call.print(payouts, payouts.length === 0 ? 'There are none.' : payouts.map(inWords).join('\n'))
    },
  },
  {
    name: 'payout show',
    usage: '<payoutId>',
    summary: 'show a payout and its history; without --as to an operator, with approvals and attempt',
    options: [['--as <onliId>', 'whose payout'], operatorKey],
    async run(call: CommandCall): Promise<void> {
      const user = call.options.text('as')
      const path = `${user === undefined ? admin : base}/${encodeURIComponent(call.args[0] ?? '')}`
      const one = await ask(call, user ?? call.options.needed('key'), 'GET', path)
      call.print(one, JSON.stringify(one, null, 2))
    },
  },
  {
    name: 'payout proceeds',
    summary: 'show what became of proceeds for which events name an address',
    options: [as],
    async run(call: CommandCall): Promise<void> {
      const path = '/marketplace/v1/proceeds'
      const { proceeds } = (await ask(call, call.options.needed('as'), 'GET', path)) as { proceeds: Proceeds[] }
      const lines = proceeds.map(
        (one) =>
          `${one.eventId}  to ${one.chain} ${one.address}: ${one.earned} USDT came in, ${one.asked} asked for, ${one.waiting} wait, ${one.kept} stay${one.keptReason === undefined ? '' : ` (${one.keptReason})`}`,
      )
      call.print(proceeds, lines.length === 0 ? 'There are none.' : lines.join('\n'))
    },
  },
  {
    name: 'payout cancel',
    usage: '<payoutId>',
    summary: 'cancel a payout that is not being sent',
    options: [as],
    async run(call: CommandCall): Promise<void> {
      const path = `${base}/${encodeURIComponent(call.args[0] ?? '')}/cancel`
      const one = (await ask(call, `${call.options.needed('as')}.payout`, 'POST', path)) as Payout
      call.print(one, inWords(one))
    },
  },
  {
    name: 'payout queue',
    summary: 'for operators: list the payouts that have not ended, oldest first',
    details: 'Of each owner the oldest ten; --owner shows all of one.',
    options: [
      operatorKey,
      ['--owner <onliId>', 'all of this user; of the marketplace: market:treasury, market:fees, market:liquidity_pool'],
      ['--after <payoutId>', 'only those after it'],
      ['--limit <number>', 'how many', '50'],
    ],
    async run(call: CommandCall): Promise<void> {
      const { options } = call
      const query = new URLSearchParams({ limit: options.needed('limit') })
      for (const [name, value] of [
        ['owner', options.text('owner')],
        ['cursor', options.text('after')],
      ] as const)
        if (value !== undefined) query.set(name, value)
      const page = (await ask(call, options.needed('key'), 'GET', `${admin}?${query.toString()}`)) as {
        payouts: Payout[]
        cursor?: string
      }
      const more = page.cursor === undefined ? [] : [`More: ${call.hint(`payout queue --after ${page.cursor}`)}`]
      const lines = [...page.payouts.map(inWords), ...more]
      call.print(page.payouts, lines.length === 0 ? 'There are none.' : lines.join('\n'))
    },
  },
  {
    name: 'payout withdraw',
    usage: '<account> <chain> <address> <amount>',
    summary: 'for operators: ask for a payout of the marketplace’s own money',
    details:
      'From treasury, fees, or liquidity_pool. Two people approve it. For example:\n  species payout withdraw fees ETH 0x5290… 250 --reason "the fees of November"',
    options: [operatorKey, ['--id <requestId>', 'your own id of the request'], ['!--reason <text>', 'why']],
    async run(call: CommandCall): Promise<void> {
      const [from, chain, address, amount] = call.args
      const requestId = call.options.text('id') ?? `withdraw-${randomBytes(8).toString('hex')}`
      const body = { requestId, from, chain, address, amount, reason: call.options.needed('reason') }
      const made = (await ask(call, call.options.needed('key'), 'POST', admin, body)) as Payout
      call.print(made, inWords(made))
    },
  },
  {
    name: 'payout approve',
    usage: '<payoutId>',
    summary: 'for operators: approve a payout as it is shown',
    options: [operatorKey, ['!--hash <approvalHash>', 'what you approve: the hash in payout queue --json']],
    run: (call) => order(call, 'approve', { approvalHash: call.options.needed('hash') }),
  },
  {
    name: 'payout refuse',
    usage: '<payoutId>',
    summary: 'for operators: refuse a payout that is not being sent',
    options: [operatorKey, ['!--reason <text>', 'why; its owner reads it']],
    run: (call) => order(call, 'refuse', { reason: call.options.needed('reason') }),
  },
  {
    name: 'payout send',
    usage: '<payoutId>',
    summary: 'for operators: begin to send an approved payout, once for ever',
    details:
      'Prints what to send. Send it by hand and name the transaction with `payout hash`. The sandbox sends it at once.',
    options: [operatorKey, ['--wallet <address>', 'from which of our wallets; the first one by default']],
    async run(call: CommandCall): Promise<void> {
      const wallet = call.options.text('wallet')
      await order(call, 'send', wallet === undefined ? {} : { wallet })
    },
  },
  {
    name: 'payout hash',
    usage: '<payoutId> <hash>',
    summary: 'for operators: name the transaction that pays it, or one that replaced it',
    options: [operatorKey],
    run: (call) => order(call, 'hash', { hash: call.args[1] ?? '' }),
  },
  {
    name: 'payout fail',
    usage: '<payoutId>',
    summary: 'for operators: say that a payout in review came to nothing; two people do',
    options: [operatorKey, ['!--reason <text>', 'why']],
    run: (call) => order(call, 'fail', { reason: call.options.needed('reason') }),
  },
]

async function ask(call: CommandCall, key: string, method: string, path: string, body?: object): Promise<unknown> {
  return (await call.over(key, ({ client }) => client.request(method, path, body))).body
}

async function order(call: CommandCall, name: string, body: object): Promise<void> {
  const path = `${admin}/${encodeURIComponent(call.args[0] ?? '')}/${name}`
  const one = (await ask(call, call.options.needed('key'), 'POST', path, body)) as Payout
  call.print(one, inWords(one))
}

function inWords(one: Payout): string {
  const { payoutId, owner, chain, address, amount, state, reason, hash, approvalHash } = one
  const parts = [
    payoutId,
    owner,
    `${amount} USDT to ${chain} ${address}`,
    state,
    hash,
    reason,
    approvalHash && `approval hash ${approvalHash}`,
  ]
  return parts.filter((part) => part !== undefined && part !== '').join('  ')
}
