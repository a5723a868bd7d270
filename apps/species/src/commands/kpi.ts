import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { type Kpi, eventsOfMonth, kpis, meets } from '../operations/kpis.ts'
import { monthlyCosts, readPrices } from '../operations/prices.ts'
import type { CommandCall } from './command-call.ts'
import type { CommandRow } from './command-row.ts'
import { wrongUse } from './wrong-use.ts'

/** `kpi`: the figures by which the specification judges the marketplace. */
export const kpiRows: readonly CommandRow[] = [
  {
    name: 'kpi',
    summary: 'the thirteen key figures, each with its target and its source; exit 1 if one that is measured misses',
    details:
      'Asks the Prometheus of deploy/prometheus. What it does not measure, or has no data of yet, is listed as such and misses nothing.',
    options: [
      ['--prometheus <url>', 'where Prometheus answers', 'http://localhost:9090'],
      ['--window <duration>', 'over how long, in its notation', '30d'],
      ['--monthly-cost <usd>', 'what the month costs, for the cost of a transaction'],
      ['--prices <file>', 'instead of it: a file as deploy/prices.json, of which the highest prices count'],
    ],
    run: tellKpis,
  },
]

interface Figure extends Pick<Kpi, 'name' | 'group' | 'unit' | 'source'> {
  readonly target: string
  readonly value: number | undefined
  readonly meets: boolean | undefined
}

async function tellKpis(call: CommandCall): Promise<void> {
  const { options } = call
  const [address, window] = [options.needed('prometheus'), options.needed('window')]
  if (!/^[1-9]\d{0,4}[smhdw]$/.test(window)) throw wrongUse('--window is a number and s, m, h, d or w, as 30d.')
  const costs = monthlyCost(options.text('monthlyCost'), options.text('prices'))
  const figures: Figure[] = []
  for (const kpi of kpis) {
    const query = kpi.name === 'cost_per_transaction' ? costOf(costs, window) : kpi.query?.(window)
    const value = query === undefined ? undefined : await ask(address, query)
    const { name, group, unit, source, target } = kpi
    const shown = `${target.is === 'above' ? '>' : '<'} ${target.value.toLocaleString('en')} ${unit}`
    const judged = value === undefined ? undefined : meets(kpi, value)
    figures.push({ name, group, unit, source, target: shown, value, meets: judged })
  }
  call.print(figures, figures.map(inWords).join('\n'))
  call.exitCode = figures.some((one) => one.meets === false) ? 1 : 0
}

function monthlyCost(costs: string | undefined, file: string | undefined): string | undefined {
  if (costs !== undefined && file !== undefined) throw wrongUse('Give --monthly-cost or --prices, not both.')
  if (costs !== undefined && !/^\d{1,9}(\.\d+)?$/.test(costs)) throw wrongUse('--monthly-cost is a number of dollars.')
  if (file === undefined) return costs
  try {
    return String(monthlyCosts(readPrices(readFileSync(file, 'utf8'))).to)
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : String(error)
    throw wrongUse(`--prices: ${file} is not a price file as deploy/prices.json is. ${why}`)
  }
}

const costOf = (costs: string | undefined, window: string): string | undefined =>
  costs === undefined ? undefined : `${costs} / ${eventsOfMonth(window)}`

function inWords({ name, target, value, unit, meets, source }: Figure): string {
  const mark = meets === undefined ? ' ' : meets ? '✓' : '✗'
  const shown =
    value === undefined ? 'not measured here' : `${Number(value.toPrecision(4)).toLocaleString('en')} ${unit}`
  return `${mark} ${name.padEnd(26)} ${shown.padEnd(20)} target ${target.padEnd(18)} ${source}`
}

const answerSchema = z.object({
  data: z.object({ result: z.array(z.object({ value: z.tuple([z.number(), z.string()]) })) }),
})

/** The one number that a query has; undefined where there is no data of it. */
async function ask(address: string, query: string): Promise<number | undefined> {
  const url = `${address.replace(/\/+$/, '')}/api/v1/query`
  let response: Response
  try {
    response = await fetch(url, {
      method: 'POST',
      body: new URLSearchParams({ query }),
      signal: AbortSignal.timeout(15_000),
    })
  } catch (error) {
    throw new Error(`Prometheus does not answer at ${url}: name its address with --prometheus.`, { cause: error })
  }
  if (!response.ok) throw new Error(`Prometheus at ${url} answers ${response.status} to: ${query}`)
  const [first] = answerSchema.parse(await response.json()).data.result
  const value = Number(first?.value[1])
  return Number.isFinite(value) ? value : undefined
}
