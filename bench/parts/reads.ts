import { HttpConnection } from '../split/http-connection.ts'
import { createRandom } from '@species/testing/random'
import { measure } from '../split/measure.ts'
import { type Population, populate } from '../split/population.ts'
import { prepareRead } from '../split/prepare.ts'
import { type BenchStage, startStage } from '../split/stage.ts'
import type { BenchContext, PartResult } from '../report.ts'
import { serversOf } from './split.ts'

/** Readers at once, and how often each asks: together under what one user may ask a second. */
const readers = 8
const everyMs = 20
const warmUpSeconds = 3
/** How often the normal mix asks for what: mostly balances, now and then the market. */
const normalMix = [
  { share: 0.6, path: (user: string) => `/marketplace/v1/users/${user}/balance` },
  { share: 0.15, path: (user: string) => `/marketplace/v1/users/${user}/transactions` },
  { share: 0.25, path: () => '/marketplace/v1/listings' },
] as const
/** Pages are looked at by few people often: of the users, one in ten asks nine times of ten. */
const busyShare = 0.1

/** Reads over signed HTTP in split form: one page again and again, each page once, and the normal mix while twenty events a second go by. */
export async function benchReads(context: BenchContext): Promise<PartResult> {
  const servers = serversOf(context)
  const stage = await startStage(servers)
  try {
    const population = await populate(stage, { users: Math.min(context.users, 500), say: context.say })
    const seconds = Math.max(3, context.seconds / 3)
    const users = [...population.keys.keys()].filter((user) => user.startsWith('user-'))
    const [one = ''] = users
    const cached = await read(stage, population, seconds, () => ({
      user: one,
      path: `/marketplace/v1/users/${one}/balance`,
    }))
    context.say(`the same page: p95 ${cached.p95} ms`)
    let next = 0
    const uncached = await read(stage, population, 1, () => {
      const user = users[next++ % users.length] ?? one
      return { user, path: `/marketplace/v1/users/${user}/transactions?limit=${next % 200 || 1}` }
    })
    context.say(`another page each time: p95 ${uncached.p95} ms`)
    const { next: random } = createRandom(1)
    const mixSeconds = Math.max(10, context.seconds)
    const events = measure(stage, servers, population, {
      name: 'beside-reads',
      seconds: mixSeconds + warmUpSeconds,
      drive: { kind: 'rate', perSecond: 20 },
      connections: 8,
    })
    // Whoever has run for a while has read each page once.
    await read(stage, population, warmUpSeconds, () => draw(random, users))
    const before = await answers(stage)
    const mixed = await read(stage, population, mixSeconds, () => draw(random, users))
    const after = await answers(stage)
    await events
    const hits = after.hits - before.hits
    const ratio = hits / (hits + after.misses - before.misses)
    return {
      name: 'reads, signed, in split form',
      lines: [
        ['the same page', `p50 ${cached.p50}  p95 ${cached.p95} ms`],
        ['another page each time', `p50 ${uncached.p50}  p95 ${uncached.p95} ms`],
        ['the normal mix', `p50 ${mixed.p50}  p95 ${mixed.p95} ms, ${Math.round(mixed.perSecond)} reads/s`],
        ['hits of the cache in the normal mix', ratio.toFixed(2)],
      ],
      ratios: { cacheHits: ratio },
      figures: { cached, uncached, mixed, hits: ratio },
    }
  } finally {
    await stage.stop()
  }
}

interface Reads {
  readonly p50: number
  readonly p95: number
  readonly perSecond: number
}

async function read(
  stage: BenchStage,
  population: Population,
  seconds: number,
  choose: () => { user: string; path: string },
): Promise<Reads> {
  const { hostname, port } = new URL(stage.url)
  const endAt = performance.now() + seconds * 1_000
  const tookMs: number[] = []
  await Promise.all(
    Array.from({ length: readers }, async () => {
      const connection = await HttpConnection.open(hostname, Number(port))
      while (performance.now() < endAt) {
        const { user, path } = choose()
        const key = population.keys.get(user)
        if (!key) throw new Error(`no key of ${user}`)
        const request = prepareRead(stage.url, key, path)
        const begunAt = performance.now()
        const status = await connection.send(request)
        if (status !== 200) throw new Error(`${path} was answered with ${status}`)
        tookMs.push(performance.now() - begunAt)
        const early = begunAt + everyMs - performance.now()
        if (early > 0) await new Promise((resolve) => setTimeout(resolve, early))
      }
      connection.close()
    }),
  )
  tookMs.sort((a, b) => a - b)
  const at = (share: number): number => Math.round((tookMs[Math.floor(tookMs.length * share)] ?? 0) * 100) / 100
  return { p50: at(0.5), p95: at(0.95), perSecond: tookMs.length / seconds }
}

function draw(random: () => number, users: readonly string[]): { user: string; path: string } {
  const busy = Math.ceil(users.length * busyShare)
  const index = random() < 0.9 ? random() * busy : random() * users.length
  const user = users[Math.floor(index)] ?? ''
  let point = random()
  for (const { share, path } of normalMix) {
    if (point < share) return { user, path: path(user) }
    point -= share
  }
  return { user, path: normalMix[0].path(user) }
}

/** Pages that the reporter's cache had and had not, as the process counts them; other caches are not pages. */
async function answers(stage: BenchStage): Promise<{ hits: number; misses: number }> {
  const text = await (await fetch(`${stage.url}/metrics`)).text()
  let hits = 0
  let misses = 0
  for (const line of text.split('\n')) {
    const found = /^species_cache_total\{cache="([^"]+)",answer="([^"]+)"\} (\d+)/.exec(line)
    if (!found || found[1] === 'keys') continue
    if (found[2] === 'hit') hits += Number(found[3])
    else misses += Number(found[3])
  }
  return { hits, misses }
}
