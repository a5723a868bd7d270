import { chains } from '@species/contracts'
import type { CommandCall } from './command-call.ts'
import type { CommandRow } from './command-row.ts'
import { wrongUse } from './wrong-use.ts'

interface Quote {
  readonly quoteId: string
  readonly state: string
  readonly units: string
  readonly total: string
  readonly fee: string
  readonly amount: string
  readonly payTo: {
    readonly chain: string
    readonly address: string
    readonly isShared: boolean
    readonly link: string
  }
  readonly expiresAt: string
  readonly payments: readonly { readonly hash: string; readonly amount: string; readonly becomes: string }[]
}

const base = '/marketplace/v1/quotes'
const as = ['!--as <onliId>', 'whose quote'] as const

/** `quote …`: a price that is fixed for a while, with units and an address to pay to. */
export const quoteRows: readonly CommandRow[] = [
  {
    name: 'quote create',
    usage: '<units>',
    summary: 'fix the price of a purchase, and see where to pay',
    details:
      'Reserves the units until the quote expires. Pay what it says, and buy with --quote; in any order. From the treasury, unless --market or --listing is given.',
    options: [
      as,
      ['!--chain <chain>', 'on which you will pay', undefined, chains],
      ['--market', 'from the market, at the best price'],
      ['--listing <id>', 'from this listing'],
      ['--max-price <usdt>', 'on the market: at this price a unit at most'],
    ],
    async run(call: CommandCall): Promise<void> {
      const { options } = call
      const [amount = ''] = call.args
      const [listingId, maxUnitPrice] = [options.text('listing'), options.text('maxPrice')]
      if (maxUnitPrice !== undefined && !options.has('market') && listingId === undefined)
        throw wrongUse('--max-price belongs to a purchase on the market: add --market or --listing.')
      const made = (await ask(call, 'POST', '', {
        amount,
        chain: options.needed('chain'),
        ...(listingId === undefined ? { to: options.has('market') ? 'market' : 'treasury' } : { listingId }),
        ...(maxUnitPrice === undefined ? {} : { maxUnitPrice }),
      })) as Quote
      const where = listingId === undefined ? (options.has('market') ? ' --market' : '') : ` --listing ${listingId}`
      const next = call.hint(`buy ${amount}${where} --quote ${made.quoteId} --as ${options.needed('as')}`)
      call.print(made, `${inWords(made)}\nThen, or before:\n  ${next}`)
    },
  },
  {
    name: 'quote list',
    isDefault: true,
    summary: 'list the quotes of a user, newest first',
    options: [as],
    async run(call: CommandCall): Promise<void> {
      const { quotes } = (await ask(call, 'GET', '')) as { quotes: Quote[] }
      call.print(quotes, quotes.length === 0 ? 'There are none.' : quotes.map(inOneLine).join('\n'))
    },
  },
  {
    name: 'quote get',
    usage: '<quoteId>',
    summary: 'show one, and what came in for it',
    options: [as],
    async run(call: CommandCall): Promise<void> {
      const [quoteId = ''] = call.args
      const found = (await ask(call, 'GET', `/${encodeURIComponent(quoteId)}`)) as Quote
      call.print(found, inWords(found))
    },
  },
  {
    name: 'quote cancel',
    usage: '<quoteId>',
    summary: 'cancel one; its units are for sale again',
    options: [as],
    async run(call: CommandCall): Promise<void> {
      const [quoteId = ''] = call.args
      const cancelled = (await ask(call, 'DELETE', `/${encodeURIComponent(quoteId)}`)) as Quote
      call.print(cancelled, `${quoteId} is cancelled. What is paid to its address nevertheless is credit.`)
    },
  },
]

async function ask(call: CommandCall, method: string, path: string, body?: object): Promise<unknown> {
  const { body: answer } = await call.over(call.options.needed('as'), ({ client }) =>
    client.request(method, `${base}${path}`, body),
  )
  return answer
}

function inOneLine({ quoteId, state, units, amount, payTo, expiresAt }: Quote): string {
  return `${quoteId}  ${state}  ${units} SPECIES for ${amount} USDT on ${payTo.chain}  until ${expiresAt}`
}

function inWords(quote: Quote): string {
  const { units, total, fee, amount, payTo, expiresAt, payments } = quote
  const exactly = payTo.isShared ? 'exactly this, from a wallet that you have linked' : 'from any wallet'
  return [
    `${quote.quoteId} (${quote.state})`,
    `  Units     ${units} SPECIES`,
    `  Price     ${total} USDT`,
    `  Fee       ${fee} USDT`,
    `  You pay   ${amount} USDT on ${payTo.chain}, ${exactly}`,
    `  To        ${payTo.address}`,
    `  Link      ${payTo.link}`,
    `  Until     ${expiresAt}`,
    ...payments.map((one) => `  Came in   ${one.amount} USDT, ${one.becomes} (${one.hash})`),
  ].join('\n')
}
