import { randomBytes } from 'node:crypto'
import { type Command, Option } from 'commander'
import { chains } from '@species/contracts'
import { over } from './connect.ts'
import { print } from './output.ts'
import { printEnd, sendEvent } from './send-event.ts'

interface SubmitOptions {
  as: string
  id?: string
  to?: string
  amount?: string
  listing?: string
  delist?: string
  chain?: string
  proof?: string
  credit?: true
  price?: string
  maxPrice?: string
  ioc?: true
  intent?: string
  file?: string
  json?: true
}

/** `event …`: send events and see how they stand. */
export function addEventCommands(program: Command): void {
  const event = program.command('event').description('send events and see how they stand')
  event
    .command('submit')
    .description('sign an event, send it, wait for its end, print the receipt')
    .requiredOption('--as <onliId>', 'whose key in the data directory signs; the event is from this user')
    .option('--to <name>', 'a user, or treasury, liquidity_pool, market')
    .option('--amount <units>', 'whole units')
    .option('--listing <id>', 'buy from this listing')
    .option('--delist <id>', 'take this listing of yours off the market')
    .addOption(new Option('--chain <chain>', 'chain of the payment').choices(chains))
    .option('--proof <hash>', 'transaction hash of the payment')
    .option('--credit', 'pay from credit')
    .option('--price <usdt>', 'sell at this price a unit')
    .option('--max-price <usdt>', 'buy at this price a unit at most')
    .option('--ioc', 'take what there is instead of all or nothing')
    .option('--intent <intent>', 'what you mean; refused if the event means something else')
    .option('--id <eventId>', 'the event id; the same id is never a second event')
    .option('--json', 'print the receipt as JSON')
    .action(async (options: SubmitOptions) => {
      const eventId = options.id ?? `cli-${randomBytes(8).toString('hex')}`
      printEnd(options, await over(options.as, (connection) => sendEvent(connection, eventOf(options, eventId))))
    })
  event
    .command('show')
    .argument('<eventId>')
    .requiredOption('--as <onliId>', 'whose event it is')
    .option('--json', 'print JSON')
    .description('how an event stands')
    .action(async (eventId: string, options: { as: string; json?: true }) => {
      const status = await over(options.as, ({ client }) => client.getEvent(eventId))
      print(
        options,
        status,
        Object.entries(status)
          .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
          .join('\n'),
      )
    })
}

function eventOf(options: SubmitOptions, eventId: string): Record<string, unknown> & { eventId: string } {
  const { to, amount, listing, delist, intent } = options
  const buys = options.credit === true || options.chain !== undefined || options.proof !== undefined
  const payWith = buys && {
    ...(options.credit === true
      ? { source: 'credit' }
      : { currency: 'USDT', chain: options.chain, proof: options.proof }),
    ...(options.maxPrice === undefined ? {} : { maxUnitPrice: options.maxPrice }),
  }
  return {
    eventId,
    from: options.as,
    ...(intent === undefined ? {} : { intent }),
    ...(to === undefined ? {} : { to }),
    ...(amount === undefined ? {} : { amount }),
    ...(listing === undefined ? {} : { listingId: listing }),
    ...(delist === undefined ? {} : { delist }),
    ...(options.ioc === true ? { timeInForce: 'IOC' } : {}),
    ...(payWith === false ? {} : { payWith }),
    ...(options.price === undefined ? {} : { putProceeds: { unitPrice: options.price } }),
  }
}
