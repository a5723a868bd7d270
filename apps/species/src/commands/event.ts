import { randomBytes } from 'node:crypto'
import { chains } from '@species/contracts'
import type { CommandCall, CommandOptions } from './command-call.ts'
import type { CommandRow } from './command-row.ts'
import { printEnd, sendEvent } from './send-event.ts'

/** `event …`: send events and see how they stand. */
export const eventRows: readonly CommandRow[] = [
  {
    name: 'event submit',
    summary: 'sign an event, send it, wait for its end, print the receipt',
    options: [
      ['!--as <onliId>', 'whose key in the data directory signs; the event is from this user'],
      ['--to <name>', 'a user, or treasury, liquidity_pool, market'],
      ['--amount <units>', 'whole units'],
      ['--listing <id>', 'buy from this listing'],
      ['--delist <id>', 'take this listing of yours off the market'],
      ['--chain <chain>', 'chain of the payment', undefined, chains],
      ['--proof <hash>', 'transaction hash of the payment'],
      ['--credit', 'pay from credit'],
      ['--price <usdt>', 'sell at this price a unit'],
      ['--max-price <usdt>', 'buy at this price a unit at most'],
      ['--ioc', 'take what there is instead of all or nothing'],
      ['--intent <intent>', 'what you mean; refused if the event means something else'],
      ['--id <eventId>', 'the event id; the same id is never a second event'],
    ],
    async run(call: CommandCall): Promise<void> {
      const eventId = call.options.text('id') ?? `cli-${randomBytes(8).toString('hex')}`
      const event = eventOf(call.options, eventId)
      printEnd(call, await call.over(event.from, ({ client }) => sendEvent(call, client, event)))
    },
  },
  {
    name: 'event show',
    usage: '<eventId>',
    summary: 'how an event stands',
    options: [['!--as <onliId>', 'whose event it is']],
    async run(call: CommandCall): Promise<void> {
      const [eventId = ''] = call.args
      const status = await call.over(call.options.needed('as'), ({ client }) => client.getEvent(eventId))
      const lines = Object.entries(status).map(
        ([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`,
      )
      call.print(status, lines.join('\n'))
    },
  },
]

function eventOf(
  options: CommandOptions,
  eventId: string,
): Record<string, unknown> & { readonly eventId: string; readonly from: string } {
  const [chain, proof] = [options.text('chain'), options.text('proof')]
  const buys = options.has('credit') || chain !== undefined || proof !== undefined
  const source = options.has('credit') ? { source: 'credit' } : { currency: 'USDT', chain, proof }
  const price = options.text('price')
  return {
    eventId,
    from: options.needed('as'),
    intent: options.text('intent'),
    to: options.text('to'),
    amount: options.text('amount'),
    listingId: options.text('listing'),
    delist: options.text('delist'),
    timeInForce: options.has('ioc') ? 'IOC' : undefined,
    payWith: buys ? { ...source, maxUnitPrice: options.text('maxPrice') } : undefined,
    putProceeds: price === undefined ? undefined : { unitPrice: price },
  }
}
