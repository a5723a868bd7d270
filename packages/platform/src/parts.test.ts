import { expect, it } from 'vitest'
import { createPartsLog } from './parts.ts'

it('a part keeps its since-when for as long as it stays as it is', () => {
  let nowMs = 0
  const log = createPartsLog({ now: () => nowMs })
  const at = (ms: number): string => new Date(ms).toISOString()
  log({ database: 'up', nats: 'up' })
  nowMs = 1_000
  expect(log({ database: 'up', nats: 'down' })).toEqual({
    database: { state: 'up', since: at(0) },
    nats: { state: 'down', since: at(1_000) },
  })
  nowMs = 2_000
  expect(log({ database: 'full', nats: 'down' })).toEqual({
    database: { state: 'full', since: at(2_000) },
    nats: { state: 'down', since: at(1_000) },
  })
})
