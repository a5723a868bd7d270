import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import { monthlyCosts, readPrices } from '../../apps/species/src/operations/prices.ts'
import type { GeneratedFile } from './generated-file.ts'

const source = 'deploy/prices.json'
const secondsOfMonth = 30 * 86_400
/** The specification's target for what one transaction may cost, in USD. */
const targetUsd = 0.01

/** `docs/costs.md`: what a month and a transaction cost, by the prices of one file that you can edit. */
export async function generateCosts(root: string): Promise<GeneratedFile[]> {
  const prices = readPrices(readFileSync(join(root, source), 'utf8'))
  const { from, to } = monthlyCosts(prices)
  const alternatives = prices.alternatives.reduce((sum, { usd }) => sum + usd, 0)
  const rows = prices.items.map(
    ({ provider, what, count, usdEach: [low, high] }) =>
      `| ${provider} | ${what} | ${count} | ${range(low, high)} | ${range(count * low, count * high)} |`,
  )
  const text = `<!-- Generated from ${source} by \`npm run generate\`. Do not edit. -->

# Costs

Prices in USD a month, without tax, written down on ${prices.asOf} in [\`${source}\`](../${source}). ${
    prices.checkedWithProviders
      ? 'They were read at the providers that day.'
      : 'They were **not** checked with the providers.'
  }
Change that file to your own prices and run \`npm run generate\`.

## A month

| provider | what | count | each | together |
| --- | --- | --- | --- | --- |
${rows.join('\n')}
| **all** | | | | **${range(from, to)}** |

Not in it: what partners take of a payment (NOWPayments, the chains' own fees), Onli Cloud, alerts (PagerDuty), and people.

## A transaction

The bill above does not grow with the number of events until the machines are full. So a transaction costs the bill divided by the
events of a month. The target is less than ${targetUsd} USD.

| events a second, on average | events a month | a transaction costs, at most |
| --- | --- | --- |
${[0.01, 0.1, 1, 10, 100].map((rate) => `| ${rate} | ${count(rate * secondsOfMonth)} | ${usd(to / (rate * secondsOfMonth))} |`).join('\n')}

The target is met from **${count(Math.ceil(to / targetUsd))} events a month** on: one event each ${Math.floor(
    secondsOfMonth / (to / targetUsd),
  )} seconds. [PERFORMANCE](PERFORMANCE.md) has the rate that two cores sustain, measured, and [SCALE](SCALE.md) what a much larger
marketplace costs. \`npx species kpi --prices ${source}\` computes the figure from the events that Prometheus has counted.

## Compared with

| instead | a month |
| --- | --- |
${prices.alternatives.map((one) => `| ${one.what} | ${usd(one.usd)} |`).join('\n')}
| **together** | **${usd(alternatives)}** |

By these prices the set-up above costs ${Math.round((1 - to / alternatives) * 100)} to ${Math.round((1 - from / alternatives) * 100)} % less. The
comparison is of bills only: it says nothing of the work to run either.
`
  const path = 'docs/costs.md'
  return [{ path, content: await format(text, { ...(await resolveConfig(join(root, path))), parser: 'markdown' }) }]
}

const usd = (value: number): string =>
  value >= 1
    ? value.toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 })
    : value.toLocaleString('en', { maximumSignificantDigits: 2 })
const range = (from: number, to: number): string => (from === to ? usd(from) : `${usd(from)} to ${usd(to)}`)
const count = (value: number): string => Math.round(value).toLocaleString('en')
