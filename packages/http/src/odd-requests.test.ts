import { errorCatalogue } from '@species/contracts'
import { ok } from '@species/kernel'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { silentLogger } from '@species/platform'
import { createMetrics } from '@species/platform'
import { createMemoryRateLimiter } from './rate-limiter.ts'
import { createHttpApp } from './app.ts'
import { endpoint, json } from './endpoint.ts'

const responses = { 200: { description: 'Done', schema: z.object({}) } }
const params = z.object({ id: z.string() })
const query = z.object({ cursor: z.string().optional() })
const common = {
  path: '/things/{id}',
  operationId: 'thing',
  tag: 'Health',
  summary: 'A thing',
  description: 'A thing',
  problems: [],
  access: 'public',
  params,
  responses,
} as const
const app = createHttpApp({
  endpoints: [
    endpoint({ ...common, method: 'get', query }, ({ params: { id } }) => json(200, { id })),
    endpoint(
      { ...common, method: 'put', body: { schema: z.strictObject({ displayName: z.string() }), examples: {} } },
      () => json(200, {}),
    ),
  ],
  verifier: { verify: async () => ok({ principal: { onliId: 'a', keyId: 'k', scopes: [] }, resend: false }) },
  limiter: createMemoryRateLimiter({ points: 1e9, perSeconds: 60 }),
  log: silentLogger,
  metrics: createMetrics(),
})
const put = (body: string) => ({ method: 'PUT', body, headers: { 'content-type': 'application/json' } })

it.each<[path: string, init: RequestInit | undefined, status: number]>([
  ['/things/a', undefined, 200],
  ['/things/a%00', undefined, 400],
  ['/things/a?cursor=%00', undefined, 400],
  ['/things/%E0%A4%A', undefined, 200],
  ['/things/constructor', undefined, 200],
  ['/constructor', undefined, 404],
  ['/things/a', put('{"displayName":"a"}'), 200],
  ['/things/a', put(String.raw`{"displayName":"\u0000"}`), 400],
  ['/things/a', put(String.raw`{"displayName":"\ud800"}`), 400],
  ['/things/a', put('{"displayName":"a","displayName":"b"}'), 400],
  ['/things/a', put('{"__proto__":{"displayName":"a"}}'), 400],
  ...['constructor', '__proto__', 'toString', 'hasOwnProperty'].map((name): [string, undefined, number] => [
    `/errors/${name}`,
    undefined,
    404,
  ]),
])('%s %o is answered %i', async (path, init, status) => {
  const response = await app.request(path, init)
  expect(response.status).toBe(status)
  if (status >= 400) expect(((await response.json()) as { code: string }).code in errorCatalogue).toBe(true)
})

it('405 says what the address does answer', async () => {
  const refused = await app.request('/things/a', { method: 'DELETE' })
  expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, HEAD, PUT'])
  expect((await app.request('/things', { method: 'DELETE' })).headers.get('allow')).toBeNull()
})
