import { ok } from '@species/kernel'
import { createMetrics, silentLogger } from '@species/platform'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { createHttpApp } from './app.ts'
import type { AuditEntry, AuditLog } from './audit.ts'
import { type Endpoint, endpoint, json } from './endpoint.ts'
import { Problem } from './problem.ts'
import { createMemoryRateLimiter } from './rate-limiter.ts'

let handled = 0
const turn = (audit: Endpoint['spec']['audit']): Endpoint =>
  endpoint(
    {
      method: 'post',
      path: '/admin/v1/turns',
      operationId: 'turn',
      tag: 'Operations',
      summary: 'Turn',
      description: 'Turns.',
      access: 'operator',
      ...(audit ? { audit } : {}),
      body: { schema: z.strictObject({ to: z.string(), reason: z.string() }), examples: {} },
      problems: ['not_found'],
      responses: { 200: { description: 'Turned', schema: z.strictObject({}) } },
    },
    ({ body, changed }) => {
      handled++
      if (body.to === 'nowhere') throw new Problem('not_found', 'There is no such place.')
      changed({ before: 'left', after: body.to })
      return json(200, {})
    },
  )
const declared: Endpoint['spec']['audit'] = { action: 'wheel.turn', target: () => 'wheel' }
const appWith = (audit: AuditLog | undefined, one: Endpoint): ReturnType<typeof createHttpApp> =>
  createHttpApp({
    endpoints: [one],
    verifier: {
      verify: async () =>
        ok({ principal: { onliId: 'operator', operatorId: 'olga', keyId: 'k', scopes: ['operator'] }, resend: false }),
    },
    limiter: createMemoryRateLimiter({ points: 1e9, perSeconds: 1 }),
    log: silentLogger,
    metrics: createMetrics(),
    ...(audit ? { audit } : {}),
  })
const ask = async (app: ReturnType<typeof createHttpApp>, to: string): Promise<number> => {
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify({ to, reason: 'a test' })
  return (await app.fetch(new Request('http://localhost/admin/v1/turns', { method: 'POST', headers, body }))).status
}

test('a program whose operators can change something without a trace does not start', () => {
  expect(() => appWith({ append: () => Promise.resolve() }, turn(undefined))).toThrow('declare no audit entry: turn')
  expect(() => appWith(undefined, turn(declared))).toThrow('no audit log')
})

test('what an operator asks is written before it is done, and how it ended after it', async () => {
  const lines: AuditEntry[] = []
  const before: number[] = []
  handled = 0
  const append = (entry: AuditEntry): Promise<void> => {
    lines.push(entry)
    before.push(handled)
    return Promise.resolve()
  }
  const app = appWith({ append }, turn(declared))
  expect(await ask(app, 'right')).toBe(200)
  expect(await ask(app, 'nowhere')).toBe(404)
  expect(lines).toMatchObject([
    {
      phase: 'asked',
      operatorId: 'olga',
      action: 'wheel.turn',
      target: 'wheel',
      reason: 'a test',
      facts: { request: { to: 'right' } },
    },
    { phase: 'done', facts: { before: 'left', after: 'right', status: 200 } },
    { phase: 'asked' },
    { phase: 'refused', facts: { code: 'not_found' } },
  ])
  expect(before).toEqual([0, 1, 1, 2])
})

test('where what is asked cannot be written nothing is done; where only its end cannot, the caller hears it all the same', async () => {
  handled = 0
  const never = appWith({ append: () => Promise.reject(new Error('no database')) }, turn(declared))
  expect(await ask(never, 'right')).toBe(500)
  expect(handled).toBe(0)
  const append = ({ phase }: AuditEntry): Promise<void> =>
    phase === 'asked' ? Promise.resolve() : Promise.reject(new Error('no database'))
  expect(await ask(appWith({ append }, turn(declared)), 'right')).toBe(200)
})
