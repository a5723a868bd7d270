import { expect, test } from 'vitest'
import { runChaos } from './embedded/run.ts'

test(
  'ten kills at any state leave every accepted event ended once, and no unit or micro-unit lost or made',
  { timeout: 300_000 },
  async () => {
    const seed = Math.floor(Math.random() * 1_000_000)
    const result = await runChaos({ kills: 10, seed, progress: () => undefined })
    expect(result.findings, `seed ${seed}`).toEqual([])
    expect(result.kills).toBe(10)
  },
)
