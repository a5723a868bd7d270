import type { TradeView } from '@species/contracts'
import { formatUsdt } from '@species/kernel'
import { type Endpoint, endpoint, json } from '@species/http'
import { z } from 'zod'
import type { ReporterDeps } from '../app/deps.ts'
import { type PageCache, market } from '../app/page-cache.ts'
import { type Interval, candlesOf, intervals } from '../app/candles.ts'

/** Listings that the depth counts, the cheapest first. */
const depthListings = 2_000
/** Prices that the depth names. */
const levelsShown = 50
/** Purchases that candles are made of, the newest first. */
const candlePurchases = 2_000

const asOf = z.string().describe('when it was read; at most a second old while the database answers')
const usdtForOne = z.string().describe('USDT for one unit')
const level = z.strictObject({ unitPrice: usdtForOne, units: z.string(), listings: z.number().int() })

export function getBook(deps: ReporterDeps, cache: PageCache): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: '/marketplace/v1/book',
      operationId: 'getBook',
      tag: 'Market',
      summary: 'How many units are for sale at which price',
      description: `Cheapest first, of the first ${depthListings} listings. Without sellers: those are in the listings.`,
      access: 'public',
      problems: [],
      responses: {
        200: {
          description: 'The depth of the market',
          schema: z.strictObject({
            levels: z.array(level),
            more: z.boolean().describe('true: more is for sale at these or higher prices'),
            asOf,
          }),
        },
      },
    },
    async () => {
      const page = await cache.get('book', market, '', async (queries) => {
        const nowMs = deps.clock.now()
        const { levels, isWhole } = await queries.matching.depth(depthListings, nowMs)
        return {
          levels: levels.slice(0, levelsShown).map(({ unitPriceMicro, units, listings }) => ({
            unitPrice: formatUsdt(unitPriceMicro),
            units: units.toString(),
            listings,
          })),
          more: !isWhole || levels.length > levelsShown,
          asOf: new Date(nowMs).toISOString(),
        }
      })
      return json(200, page)
    },
  )
}

const trade = z.strictObject({
  at: z.string(),
  source: z.enum(['treasury', 'market']).describe('new units of the treasury, or units of other owners'),
  unitPrice: usdtForOne,
  units: z.string(),
})

export function getTrades(deps: ReporterDeps, cache: PageCache): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: '/marketplace/v1/trades',
      operationId: 'listTrades',
      tag: 'Market',
      summary: 'The last trades, newest first',
      description:
        'Purchases that have settled; one from several listings is several trades. Whose they were is not told.',
      access: 'public',
      problems: [],
      query: z.strictObject({ limit: z.coerce.number().int().min(1).max(200).default(50) }),
      responses: {
        200: { description: 'The newest', schema: z.strictObject({ trades: z.array(trade), asOf }) },
      },
    },
    async ({ query: { limit } }) => {
      const page = await cache.get('trades', market, String(limit), async (queries) => ({
        trades: (await queries.matching.trades(limit)).slice(0, limit).map(tradeView),
        asOf: new Date(deps.clock.now()).toISOString(),
      }))
      return json(200, page)
    },
  )
}

function tradeView({ atMs, source, unitPriceMicro, units }: TradeView): z.infer<typeof trade> {
  return {
    at: new Date(atMs).toISOString(),
    source,
    unitPrice: formatUsdt(unitPriceMicro),
    units: units.toString(),
  }
}

const candle = z.strictObject({
  from: z.string().describe('when its time began'),
  open: usdtForOne,
  high: usdtForOne,
  low: usdtForOne,
  close: usdtForOne,
  units: z.string(),
  trades: z.number().int(),
})

export function getCandles(deps: ReporterDeps, cache: PageCache): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: '/marketplace/v1/candles',
      operationId: 'listCandles',
      tag: 'Market',
      summary: 'Prices over time',
      description: `Oldest first, of the newest ${candlePurchases} purchases; a time without a trade has no candle.`,
      access: 'public',
      problems: [],
      query: z.strictObject({
        interval: z.enum(Object.keys(intervals) as [Interval, ...Interval[]]).default('1h'),
        source: z.enum(['treasury', 'market']).default('market'),
      }),
      responses: {
        200: {
          description: 'Candles',
          schema: z.strictObject({
            candles: z.array(candle),
            complete: z.boolean().describe('false: there were trades before the first'),
            asOf,
          }),
        },
      },
    },
    async ({ query: { interval, source } }) => {
      const page = await cache.get('candles', market, `${interval} ${source}`, async (queries) => {
        const trades = await queries.matching.trades(candlePurchases)
        return {
          candles: candlesOf(
            trades.filter((one) => one.source === source),
            interval,
          ),
          complete: trades.length < candlePurchases,
          asOf: new Date(deps.clock.now()).toISOString(),
        }
      })
      return json(200, page)
    },
  )
}
