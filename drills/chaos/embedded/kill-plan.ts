import { type State, lifecycle } from '@species/contracts'
import { acts, type Act } from './acts.ts'

/** Where the process dies. */
export interface KillPoint {
  readonly eventId: string
  readonly topic: State
  readonly moment: 'before the publish' | 'after the publish'
}

/** One kill: an act is sent, and the process dies at a message of it or after a while. */
export interface Kill {
  readonly act: Act
  readonly at: Pick<KillPoint, 'topic' | 'moment'> | { readonly afterMs: number; readonly checkpoints: boolean }
}

const roads: Readonly<Record<'completed' | 'failed', readonly State[]>> = {
  completed: lifecycle.filter((row) => row.road === 'forward' || row.state === 'completed').map((row) => row.state),
  failed: [
    'accepted',
    'classified',
    ...lifecycle.filter((row) => row.road === 'backward' || row.state === 'failed').map((row) => row.state),
  ],
}
const moments = ['before the publish', 'after the publish'] as const

/** Every state of every act at both moments, then kills at moments drawn from the seed, checkpoints among them. */
export function killPlan(count: number, seed: number): Kill[] {
  const random = mulberry32(seed)
  const all = acts.flatMap((act) =>
    roads[act.ends].flatMap((topic) => moments.map((moment): Kill => ({ act, at: { topic, moment } }))),
  )
  if (count <= all.length) return shuffle(all, random).slice(0, count)
  const timed = Array.from({ length: count - all.length }, (): Kill => {
    const act = acts[Math.floor(random() * acts.length)]
    if (!act) throw new Error('there are no acts')
    return { act, at: { afterMs: Math.floor(random() * 400), checkpoints: random() < 0.5 } }
  })
  return [...all, ...timed]
}

function shuffle<T>(items: readonly T[], random: () => number): T[] {
  const drawn = items.map((item) => ({ item, key: random() }))
  return drawn.sort((a, b) => a.key - b.key).map(({ item }) => item)
}

/** A small seeded generator (mulberry32, public domain): the same seed kills at the same points. */
export function mulberry32(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
