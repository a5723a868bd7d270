import { createHttpApp, createMemoryRateLimiter } from '@species/http'
import { ok } from '@species/kernel'
import { createMetrics, silentLogger } from '@species/platform'
import { type Sandbox, startSandbox } from '@species/sandbox'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createSandboxControl } from './control.ts'
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
  { url = sandbox.httpUrl, body, headers = ours }: { url?: string | undefined; body?: object; headers?: object } = {},
): Promise<{ status: number; body: Record<string, unknown> }> {
  const app = createHttpApp({
    endpoints: playEndpoints(url === '' ? undefined : createSandboxControl(url)),
    verifier: {
      verify: () =>
        Promise.resolve(ok({ principal: { onliId: 'alice', keyId: 'key_1', scopes: ['trade'] }, resend: false })),
    },
    limiter: createMemoryRateLimiter({ points: 1e9, perSeconds: 1 }),
    log: silentLogger,
    metrics: createMetrics(),
  })
  const response = await app.fetch(
    new Request(`http://localhost:8080/marketplace/v1/sandbox${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { ...headers, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    }),
  )
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
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
