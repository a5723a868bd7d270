import { mkdtempSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { kpis } from '../operations/kpis.ts'
import { runHere } from '../processes/test-terminal.ts'

/** What a Prometheus would answer to queries that contain a text; others have no data. */
const known: Record<string, string> = { probe_success: '99.97', mcp_request: 'NaN', species_event_seconds_count: '2' }
const server = createServer((request, response) => {
  let body = ''
  request.on('data', (chunk) => (body += String(chunk)))
  request.on('end', () => {
    const query = new URLSearchParams(body).get('query') ?? ''
    const [, value] = Object.entries(known).find(([text]) => query.includes(text)) ?? []
    response.end(JSON.stringify({ data: { result: value === undefined ? [] : [{ value: [0, value] }] } }))
  })
})
let address: string
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => server.close())

const run = async (...words: string[]) => await runHere(tmpdir(), ['kpi', '--prometheus', address, ...words])

it('there are the thirteen of the specification', () => {
  expect(kpis).toHaveLength(13)
  expect(new Set(kpis.map(({ name }) => name)).size).toBe(13)
})

it('what is measured is judged, what is not says so and misses nothing', async () => {
  const { code, out } = await run('--json')
  const figures = JSON.parse(out) as { name: string; value?: number; meets?: boolean }[]
  const of = (name: string) => figures.find((one) => one.name === name)
  expect(of('uptime')).toMatchObject({ value: 99.97, meets: true })
  expect(of('transaction_success_rate')).toMatchObject({ value: 2, meets: false })
  for (const name of ['mcp_response_time', 'daily_active_users', 'cost_per_transaction'])
    expect([name, of(name)?.value, of(name)?.meets]).toEqual([name, undefined, undefined])
  expect(code).toBe(1)
})

it('costs are divided by the events of a month', async () => {
  const { out } = await run('--monthly-cost', '500')
  expect(out).toMatch(/✗ cost_per_transaction +2 USD/)
})

it('costs come from a price file, with the highest prices', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'prices-')), 'prices.json')
  const items = [{ provider: 'a', what: 'b', count: 2, usdEach: [100, 250] }]
  writeFileSync(file, JSON.stringify({ asOf: '2026-11-29', checkedWithProviders: true, items, alternatives: [] }))
  expect((await run('--prices', file)).out).toMatch(/✗ cost_per_transaction +2 USD/)
  const both = await run('--prices', file, '--monthly-cost', '500')
  expect([both.code, both.err]).toEqual([2, expect.stringContaining('not both')])
  writeFileSync(file, JSON.stringify({ asOf: '2026-11-29', checkedWithProviders: true, items: [], alternatives: [] }))
  const empty = await run('--prices', file)
  expect([empty.code, empty.err]).toEqual([2, expect.stringMatching(/is not a price file[^]*items/)])
})

it('a Prometheus that does not answer is an error, not a good month', async () => {
  const told = await runHere(tmpdir(), ['kpi', '--prometheus', 'http://127.0.0.1:1'])
  expect([told.code, told.err]).toEqual([1, expect.stringContaining('does not answer')])
})
