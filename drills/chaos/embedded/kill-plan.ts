import { type State, lifecycle } from '@species/contracts'
import { createRandom, shuffled } from '@species/testing/random'
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
  const { next: random } = createRandom(seed)
  const all = acts.flatMap((act) =>
    roads[act.ends].flatMap((topic) => moments.map((moment): Kill => ({ act, at: { topic, moment } }))),
  )
  if (count <= all.length) return shuffled(all, random).slice(0, count)
  const timed = Array.from({ length: count - all.length }, (): Kill => {
    const act = acts[Math.floor(random() * acts.length)]
    if (!act) throw new Error('there are no acts')
    return { act, at: { afterMs: Math.floor(random() * 400), checkpoints: random() < 0.5 } }
  })
  return [...all, ...timed]
}
