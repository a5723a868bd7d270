import { assert } from '@species/kernel'
import { createMetrics } from '@species/platform'
import { describe, expect, it } from 'vitest'
import { type Stage, openStage } from './database.ts'
import { type History, playHistory } from './history.ts'
import { type PlantedBug, plantedBugs } from './planted.ts'

// A database in memory is made for each bug; on a busy machine that alone takes a while.
const patienceMs = 180_000
const metrics = createMetrics()

async function onStage<T>(planted: PlantedBug | undefined, work: (stage: Stage) => Promise<T>): Promise<T> {
  const stage = await openStage(planted)
  try {
    return await work(stage)
  } finally {
    await stage.close()
  }
}

/** The first history that goes wrong, of so many. */
async function firstWrong(stage: Stage, planted: PlantedBug, histories: number): Promise<History | undefined> {
  for (let seed = 1; seed <= histories; seed++) {
    const history = await playHistory({ stage, seed, metrics, planted })
    if (history.findings.length > 0) return history
  }
  return undefined
}

describe('the simulation', () => {
  it(
    'twenty-five histories with faults and deaths end with nothing lost, made or forgotten, and a seed replays exactly',
    async () => {
      await onStage(undefined, async (stage) => {
        const played: History[] = []
        for (let seed = 1; seed <= 25; seed++) played.push(await playHistory({ stage, seed, metrics }))
        expect(played.flatMap(({ seed, findings }) => findings.map((finding) => `seed ${seed}: ${finding}`))).toEqual(
          [],
        )
        expect(played.reduce((sum, one) => sum + one.deaths, 0)).toBeGreaterThan(5)
        expect(played.reduce((sum, one) => sum + one.completed, 0)).toBeGreaterThan(40)
        // After all the others on the same database, and on a new one.
        for (const before of played.slice(0, 3))
          expect((await playHistory({ stage, seed: before.seed, metrics })).digest).toBe(before.digest)
        const elsewhere = await onStage(undefined, (fresh) => playHistory({ stage: fresh, seed: 25, metrics }))
        expect(elsewhere.digest).toBe(played[24]?.digest)
      })
    },
    patienceMs,
  )

  it.each(plantedBugs)(
    'finds a planted bug within two hundred histories: %s',
    async (planted) => {
      const found = await onStage(planted, (stage) => firstWrong(stage, planted, 200))
      assert(found !== undefined, `none of two hundred histories showed ${planted}`)
      const { seed } = found
      const without = await onStage(undefined, (stage) => playHistory({ stage, seed, metrics }))
      expect(without.findings).toEqual([])
    },
    patienceMs,
  )
})
