import { randomBytes } from 'node:crypto'
import { chains } from '@species/contracts'
import type { Client } from '@species/sdk'
import type { CommandCall, CommandOptions } from './command-call.ts'
import type { CommandRow } from './command-row.ts'
import { confirmed } from './confirm.ts'
import { printEnd, sendEvent } from './send-event.ts'
import { wrongUse } from './wrong-use.ts'

type Event = Readonly<Record<string, unknown>>
type Option = NonNullable<CommandRow['options']>[number]

const common: readonly Option[] = [
  ['!--as <onliId>', 'whose key in the data directory signs; the event is from this user'],
  ['--yes', 'send without asking'],
  ['--id <eventId>', 'the event id; the same id is never a second event'],
]
const asks = 'Shows price, fee and total as the market stands now, and asks before it sends. Prints the receipt.'

/** `buy`, `sell`, `transfer`, `redeem`, `delist`: an event by what it means, shown before it is sent. */
export const tradeRows: readonly CommandRow[] = [
  {
    name: 'buy',
    usage: '<units>',
    summary: 'buy units: from the treasury, from the market, or from one listing',
    details: `${asks} Without --credit, --proof or --quote it only says what it costs and where to pay; then call it again with the hash.`,
    options: [
      ...common,
      ['--market', 'from the market, at the best price'],
      ['--listing <id>', 'from this listing'],
      ['--max-price <usdt>', 'on the market: at this price a unit at most'],
      ['--ioc', 'on the market: take what there is instead of all or nothing'],
      ['--credit', 'pay from credit'],
      [
        '--payable <order>',
        'with --credit: your proceeds pay too, before credit or after it',
        undefined,
        ['first', 'last'],
      ],
      ['--chain <chain>', `chain of the payment: ${chains.join(', ')}`],
      ['--proof <hash>', 'transaction hash of the payment'],
      ['--quote <quoteId>', 'at the price of this quote; its payment is found by itself'],
    ],
    run: (call) => trade(call, { ...marketOf(call.options), amount: call.args[0], payWith: paymentOf(call.options) }),
  },
  {
    name: 'sell',
    usage: '<units>',
    summary: 'put units on the market',
    details: asks,
    options: [
      ...common,
      ['--price <usdt>', 'for one unit; the price of the treasury, unless said'],
      ['--expires <time>', 'when the listing ends (RFC 3339)'],
    ],
    run: (call) =>
      trade(call, {
        to: 'market',
        amount: call.args[0],
        putProceeds: { unitPrice: call.options.text('price'), expiresAt: call.options.text('expires') },
      }),
  },
  {
    name: 'transfer',
    usage: '<units> <to>',
    summary: 'give units to another user',
    details: asks,
    options: common,
    run: (call) => trade(call, { amount: call.args[0], to: call.args[1], intent: 'TRANSFER' }),
  },
  {
    name: 'redeem',
    usage: '<units>',
    summary: 'give units back to the liquidity pool for USDT',
    details: asks,
    options: common,
    run: (call) => trade(call, { amount: call.args[0], to: 'liquidity_pool' }),
  },
  {
    name: 'delist',
    usage: '<listingId>',
    summary: 'take a listing of yours off the market',
    details: asks,
    options: common,
    run: (call) => trade(call, { delist: call.args[0] }),
  },
]

function marketOf(options: CommandOptions): Event {
  const listingId = options.text('listing')
  const market = options.has('market') || listingId !== undefined
  if (!market && (options.has('ioc') || options.text('maxPrice') !== undefined))
    throw wrongUse('--max-price and --ioc belong to a purchase on the market: add --market or --listing.')
  return {
    ...(listingId === undefined ? { to: market ? 'market' : 'treasury' } : { listingId }),
    ...(options.has('ioc') ? { timeInForce: 'IOC' } : {}),
  }
}

/** A purchase that is not paid for is shown as one from credit: price and fee are the same. */
function paymentOf(options: CommandOptions): Event {
  const quote = options.text('quote')
  if (quote !== undefined) {
    if (['chain', 'proof', 'maxPrice'].some((name) => options.text(name) !== undefined) || options.has('credit'))
      throw wrongUse('--quote says how it is paid: leave --credit, --chain, --proof and --max-price out.')
    return { source: 'chain', quote }
  }
  const { chain, proof, maxUnitPrice } = {
    chain: options.text('chain'),
    proof: options.text('proof'),
    maxUnitPrice: options.text('maxPrice'),
  }
  if (options.has('credit') && proof !== undefined) throw wrongUse('Pay with --credit or with --proof, not with both.')
  if (proof !== undefined && chain === undefined) throw wrongUse('--proof needs --chain: which chain is the hash of?')
  const payable = options.text('payable')
  if (payable !== undefined && !options.has('credit')) throw wrongUse('--payable belongs to --credit.')
  return proof === undefined
    ? { source: 'credit', maxUnitPrice, payable }
    : { source: 'chain', chain, proof, maxUnitPrice }
}

interface Preview {
  readonly units?: string
  readonly total?: string
  readonly fee?: string
  readonly due?: string
  readonly proceeds?: string
  readonly expiresAt?: string
  readonly fills: readonly { listingId: string; units: string; unitPrice: string }[]
  readonly refusal?: { code: string; detail: string }
}

async function trade(call: CommandCall, fields: Event): Promise<void> {
  const { options } = call
  const from = options.needed('as')
  const eventId = options.text('id') ?? `cli-${randomBytes(8).toString('hex')}`
  const event = { eventId, from, ...fields }
  const isUnpaid =
    'payWith' in fields &&
    !options.has('credit') &&
    options.text('proof') === undefined &&
    options.text('quote') === undefined
  await call.over(from, async ({ client }) => {
    const preview = (await client.request('POST', '/marketplace/v1/events/preview', event)).body as Preview
    if (preview.refusal || isUnpaid) {
      const where = isUnpaid && !preview.refusal ? await whereToPay(client, options.text('chain')) : undefined
      call.print({ preview, ...where?.value }, [previewInWords(preview), where?.words ?? nothingSent].join('\n'))
      call.exitCode = 1
      return
    }
    call.note(previewInWords(preview))
    if (!options.has('yes') && !(await confirmed(call.terminal, 'Send it?'))) {
      call.note(nothingSent)
      call.exitCode = 1
      return
    }
    printEnd(call, await sendEvent(call, client, event))
  })
}

const nothingSent = 'Nothing was sent.'

function previewInWords(preview: Preview): string {
  const { refusal, units = '0', total, fee, due, proceeds, fills, expiresAt } = preview
  if (refusal) return `It would be refused: ${refusal.code}: ${refusal.detail}`
  const isMoney = (text: string | undefined): text is string => text !== undefined && /[1-9]/.test(text)
  const rows = [
    `  Units     ${units} SPECIES`,
    ...fills.map((fill) => `  From      ${fill.listingId}: ${fill.units} at ${fill.unitPrice} USDT`),
    ...(isMoney(total) ? [`  Price     ${total} USDT`, `  Fee       ${fee ?? '0'} USDT`] : []),
    ...(isMoney(due) ? [`  You pay   ${due} USDT in total`] : []),
    ...(isMoney(proceeds) ? [`  You get   ${proceeds} USDT`] : []),
    ...(isMoney(due) || isMoney(proceeds) ? [] : ['  Price     none: no money moves']),
    ...(expiresAt === undefined ? [] : [`  Listed    until ${expiresAt}`]),
  ]
  return rows.join('\n')
}

async function whereToPay(
  client: Client,
  chain: string | undefined,
): Promise<{ words: string; value: { depositAddresses: Record<string, readonly string[]> } }> {
  const { chains } = (await client.request('GET', '/marketplace/v1/config')).body as {
    chains: Record<string, { enabled: boolean; depositAddresses: string[] }>
  }
  const open = Object.entries(chains).filter(([name, { enabled }]) => enabled && (chain ?? name) === name)
  const words = [
    `${nothingSent} Pay in USDT from a wallet of yours that is linked, then call this again with --chain and --proof <hash>,`,
    'or with --credit if your credit covers it. Pay to:',
    ...open.map(([name, { depositAddresses }]) => `  ${name.padEnd(9)} ${depositAddresses.join(' or ')}`),
  ].join('\n')
  const depositAddresses = Object.fromEntries(open.map(([name, one]) => [name, one.depositAddresses]))
  return { words, value: { depositAddresses } }
}
