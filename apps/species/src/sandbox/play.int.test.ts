import { createHttpApp, createMemoryRateLimiter } from '@species/http'
import { ok } from '@species/kernel'
import { createMetrics, silentLogger } from '@species/platform'
import { type Sandbox, startSandbox } from '@species/sandbox'
import { noAudit } from '@species/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createSandboxControl } from './control.ts'
import { breakEndpoints } from './break.ts'
import { playEndpoints, playWallet } from './play.ts'

const ours = { host: 'localhost:8080', origin: 'http://localhost:8080', 'sec-fetch-site': 'same-origin' }
const to = `0x${'5'.repeat(40)}`
let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await startSandbox({ httpPort: 0, grpcPort: 0 })
})
afterAll(() => sandbox.close())

async function ask(
  path: string,
  {
    url = sandbox.httpUrl,
    body,
    headers = ours,
    method = body ? 'POST' : 'GET',
  }: { url?: string | undefined; body?: object; headers?: object; method?: string } = {},
): Promise<{ status: number; body: Record<string, unknown> }> {
  const control = url === '' ? undefined : createSandboxControl(url)
  const app = createHttpApp({
    endpoints: [...playEndpoints(control), ...breakEndpoints(control)],
    verifier: {
      verify: () =>
        Promise.resolve(
          ok({
            principal: { onliId: 'alice', keyId: 'key_1', role: 'operator', scopes: ['trade', 'operator'] },
            resend: false,
          }),
        ),
    },
    limiter: createMemoryRateLimiter({ points: 1e9, perSeconds: 1 }),
    audit: noAudit,
    log: silentLogger,
    metrics: createMetrics(),
  })
  const response = await app.fetch(
    new Request(`http://localhost:8080${path.startsWith('/admin/') ? '' : '/marketplace/v1/sandbox'}${path}`, {
      method,
      headers: { ...headers, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    }),
  )
  const text = await response.text()
  return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown> }
}

const payment = { chain: 'ETH', address: to, amount: '10.05' }

async function transactions(): Promise<number> {
  const state = (await (await fetch(`${sandbox.httpUrl}/control/state`)).json()) as {
    chains: { ETH: { transactions: number } }
  }
  return state.chains.ETH.transactions
}

test('a page of ours pays exactly what it names, from the wallet that the sandbox keeps for its user', async () => {
  const { status, body } = await ask('/payments', { body: payment })
  expect(status).toBe(201)
  const answer = await fetch(`${sandbox.httpUrl}/moralis/api/v2.2/transaction/${String(body['hash'])}?chain=eth`, {
    headers: { 'x-api-key': 'key' },
  })
  const shown = JSON.stringify(await answer.json()).toLowerCase()
  expect(shown).toContain(playWallet('ETH', 'alice').slice(2).toLowerCase())
  expect(shown).toContain(to.slice(2))
  // 10.05 USDT in base units, as the log of the transfer has them.
  expect(shown).toContain((10_050_000).toString(16).padStart(64, '0'))
})

test('each user has a wallet of their own', () => {
  expect(playWallet('ETH', 'alice')).not.toBe(playWallet('ETH', 'bob'))
  expect(playWallet('TRON', 'alice')).toMatch(/^T/)
})

test.each([
  ['a page of another site', { ...ours, 'sec-fetch-site': 'cross-site', origin: 'http://evil.example' }],
  ['a forwarded request', { ...ours, 'x-forwarded-for': '10.0.0.1' }],
  ['a foreign name that leads to us', { ...ours, host: 'evil.example' }],
])('%s moves nothing', async (_name, headers) => {
  const before = await transactions()
  expect(await ask('/payments', { body: payment, headers })).toMatchObject({ status: 403, body: { code: 'forbidden' } })
  expect((await ask('', { headers })).body).toEqual({ canOrder: false })
  expect(await transactions()).toBe(before)
})

test('where a partner is real, or others reach the server, there is no such way', async () => {
  expect((await ask('/payments', { body: payment, url: '' })).status).toBe(403)
  expect((await ask('', { url: '' })).body).toEqual({ canOrder: false })
})

test('what the sandbox refuses is told as a refusal, and a sandbox that is down as unavailable', async () => {
  const refused = await ask('/payments', { body: { ...payment, address: 'x'.repeat(40) } })
  expect(refused).toMatchObject({ status: 400, body: { code: 'invalid_request' } })
  expect(String(refused.body['detail'])).toContain('to is no address')
  expect((await ask('/payments', { body: payment, url: 'http://127.0.0.1:1' })).status).toBe(503)
})

const admin = '/admin/v1/sandbox'

test('an operator mines, reorganises, breaks a partner and mends it', async () => {
  const headOf = async (): Promise<number> =>
    ((await ask(admin)).body['chains'] as { chain: string; head: number }[]).find(({ chain }) => chain === 'BSC')
      ?.head ?? 0
  const before = await headOf()
  await ask(`${admin}/blocks`, { body: { chain: 'BSC', count: 12 } })
  expect(await headOf()).toBe(before + 12)
  expect((await ask(`${admin}/reorganisations`, { body: { chain: 'BSC', depth: 3 } })).status).toBe(200)
  const latest = `${sandbox.httpUrl}/moralis/api/v2.2/latestBlockNumber/bsc`
  const isUp = async (): Promise<boolean> =>
    await fetch(latest, { headers: { 'x-api-key': 'key' } }).then(
      ({ ok }) => ok,
      () => false,
    )
  expect(await isUp()).toBe(true)
  const { status, body } = await ask(`${admin}/faults`, { body: { partner: 'moralis', kind: 'error' } })
  expect([status, await isUp()]).toEqual([201, false])
  expect((await ask(admin)).body['faults']).toEqual([body])
  expect((await ask(`${admin}/faults/${String(body['id'])}`, { method: 'DELETE' })).status).toBe(204)
  expect(await isUp()).toBe(true)
})

test.each([
  ['GET', admin, undefined],
  ['POST', `${admin}/blocks`, { chain: 'BSC', count: 1 }],
  ['POST', `${admin}/reorganisations`, { chain: 'BSC', depth: 1 }],
  ['POST', `${admin}/faults`, { partner: 'onli', kind: 'down' }],
  ['DELETE', `${admin}/faults/fault-1`, undefined],
])('%s %s is refused from another site, and where a partner is real', async (method, path, body) => {
  const given = { method, ...(body ? { body } : {}) }
  expect((await ask(path, { ...given, headers: { ...ours, 'sec-fetch-site': 'cross-site' } })).status).toBe(403)
  expect((await ask(path, { ...given, url: '' })).status).toBe(403)
})
