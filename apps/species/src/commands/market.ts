import type { CommandCall, CommandOptions } from './command-call.ts'
import type { CommandRow } from './command-row.ts'

interface Listing {
  readonly listingId: string
  readonly seller: string
  readonly unitPrice: string
  readonly unitsAvailable: string
  readonly unitsTotal: string
  readonly expiresAt: string
}
interface StatementLine {
  readonly at: string
  readonly kind: string
  readonly asset: string
  readonly amount: string
  readonly balanceAfter: string
  readonly account: string
}
interface ListedEvent {
  readonly eventId: string
  readonly acceptedAt: string
  readonly ended?: string
  readonly event?: Readonly<Record<string, unknown>>
}

const limit = ['--limit <number>', 'how many', '20'] as const
const cursor = ['--cursor <text>', 'where the page before ended'] as const

/** `listings`, `transactions`, `events`: what there is to read. */
export const marketRows: readonly CommandRow[] = [
  {
    name: 'listings',
    summary: 'open listings, cheapest and then oldest first',
    options: [['--as <onliId>', 'who asks', 'operator'], limit, cursor],
    async run(call: CommandCall): Promise<void> {
      const { options } = call
      const query = pageOf(options, 'cursor')
      const page = await call.over(options.needed('as'), ({ client }) => client.listings(query))
      const listings = page['listings'] as Listing[]
      const lines = listings.map(
        (one) =>
          `${one.listingId}  ${one.unitPrice} USDT  ${one.unitsAvailable} of ${one.unitsTotal} free  ${one.seller}  until ${one.expiresAt}`,
      )
      call.print(page, pageInWords(lines, page['nextCursor'], 'listings --cursor'))
    },
  },
  {
    name: 'transactions',
    usage: '<onliId>',
    summary: "a user's statement: every line of their accounts, newest first",
    options: [['--as <onliId>', 'who asks', 'operator'], limit, cursor],
    async run(call: CommandCall): Promise<void> {
      const {
        args: [onliId = ''],
        options,
      } = call
      const query = pageOf(options, 'cursor')
      const page = await call.over(options.needed('as'), ({ client }) => client.transactions(onliId, query))
      const lines = (page['transactions'] as StatementLine[]).map(
        (one) =>
          `${one.at}  ${one.amount.padStart(16)} ${one.asset}  → ${one.balanceAfter}  ${one.kind}  ${one.account}`,
      )
      call.print(page, pageInWords(lines, page['nextCursor'], `transactions ${onliId} --cursor`))
    },
  },
  {
    name: 'events',
    summary: 'the events of a user, newest first',
    details: 'How one stands, and what it waits for: species event show <eventId> --as <onliId>.',
    options: [
      ['!--as <onliId>', 'whose events'],
      ['--open', 'only those that have not ended'],
      limit,
      ['--before <eventId>', 'only older ones than this event'],
    ],
    async run(call: CommandCall): Promise<void> {
      const { options } = call
      const onliId = options.needed('as')
      const query = new URLSearchParams({ ...pageOf(options, 'before'), open: String(options.has('open')) })
      const page = (
        await call.over(onliId, ({ client }) => client.request('GET', `/marketplace/v1/events?${query.toString()}`))
      ).body as { events: ListedEvent[]; nextBefore?: string }
      const lines = page.events.map(
        (one) => `${one.acceptedAt}  ${one.eventId}  ${one.ended ?? 'under way'}  ${eventInWords(one.event)}`,
      )
      call.print(page, pageInWords(lines, page.nextBefore, `events --as ${onliId} --before`))
    },
  },
]

function pageOf(options: CommandOptions, place: 'cursor' | 'before'): Record<string, string> {
  const from = options.text(place)
  return { limit: options.needed('limit'), ...(from === undefined ? {} : { [place]: from }) }
}

/** What an event asked for, as it was written. */
function eventInWords(event: ListedEvent['event']): string {
  if (event === undefined) return 'written by a newer version; ask where that runs'
  const { eventId: _, from: __, ...asked } = event
  return Object.entries(asked)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ')
}

/** Lines of a page, and how to get the next one. */
export function pageInWords(lines: readonly string[], next: unknown, command: string): string {
  if (lines.length === 0) return 'There are none.'
  return [...lines, ...(typeof next === 'string' ? ['', `More: species ${command} ${next}`] : [])].join('\n')
}
