import { spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { coresBetween, readCpu } from '../cpu.ts'
import type { LoadOrder, LoadResult } from './load.ts'
import type { Population } from './population.ts'
import type { BenchStage } from './stage.ts'

export type Measured = LoadResult & { readonly cores: Readonly<Record<string, number>> }

const serverNames = ['postgres', 'nats-server', 'redis-server']

/** Runs the load generator as a process of its own against a stage, and says who used the processors meanwhile. */
export async function measure(
  stage: BenchStage,
  { natsUrl }: { readonly natsUrl?: string },
  population: Population,
  order: Pick<LoadOrder, 'name' | 'seconds' | 'drive'> & Partial<Pick<LoadOrder, 'connections' | 'users'>>,
): Promise<Measured> {
  const file = join(stage.dataDirectory, `load-${order.name}.json`)
  const { holders, buyers, keys } = population
  const full: LoadOrder = {
    url: stage.url,
    natsUrl,
    natsPrefix: stage.natsPrefix,
    users: { holders, buyers },
    keys: [...keys],
    seed: 1,
    connections: 400,
    ...order,
  }
  await writeFile(file, JSON.stringify(full), { mode: 0o600 })
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', fileURLToPath(new URL('./load.ts', import.meta.url)), file],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const pids = new Map([...stage.pids, ['load generator', child.pid ?? 0]])
  let result: LoadResult | undefined
  let before = { cpu: readCpu(pids, serverNames), at: performance.now() }
  let after = before
  createInterface({ input: child.stdout }).on('line', (line) => {
    const now = { cpu: readCpu(pids, serverNames), at: performance.now() }
    if (line === 'begin') before = now
    else if (line === 'end') after = now
    else result = JSON.parse(line) as LoadResult
  })
  await new Promise<void>((resolve, reject) => {
    child.on('close', (code) => {
      if (code === 0) resolve()
      else reject(new Error(`the load generator ended with ${String(code)}`))
    })
  })
  if (!result) throw new Error('the load generator said nothing')
  return { ...result, cores: coresBetween(before.cpu, after.cpu, (after.at - before.at) / 1_000) }
}
