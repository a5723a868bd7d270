import { createPartnerWatch } from '@species/providers'
import { expect, it } from 'vitest'
import { partnerList } from './partners.ts'

it('an operator sees how each partner does, without addresses or errors', async () => {
  const watch = createPartnerWatch({ now: () => 5_000 })
  watch.breaker('tron', 'closed')
  watch.breaker('moralis', 'open')
  watch.answered('tron', 12.4)
  watch.queue('tron', () => 3)
  const endpoint = partnerList(watch)
  const response = await endpoint.handle({} as Parameters<typeof endpoint.handle>[0])
  expect(await response.json()).toEqual({
    partners: [
      { breaker: 'moralis', state: 'open', since: '1970-01-01T00:00:05.000Z', waiting: 0 },
      {
        breaker: 'tron',
        state: 'closed',
        since: '1970-01-01T00:00:05.000Z',
        latencyMs: 12,
        answeredAt: '1970-01-01T00:00:05.000Z',
        waiting: 3,
      },
    ],
  })
  expect(endpoint.spec).toMatchObject({ access: 'operator', role: 'viewer' })
})
