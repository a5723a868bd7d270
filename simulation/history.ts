import { check } from './check/check.ts'
import { readFacts } from './check/facts.ts'
import { play } from './play.ts'
import { settle } from './population.ts'
import { type HistoryOptions, drawSetting } from './setting.ts'

export interface History {
  readonly seed: number
  /** Of all that happened and of how it ended: the same for the same seed. */
  readonly digest: string
  /** What must not be so; empty when all is well. */
  readonly findings: readonly string[]
  /** What the modules logged as errors. */
  readonly errors: readonly string[]
  readonly events: number
  readonly completed: number
  readonly failed: number
  readonly disputed: number
  readonly inReview: number
  readonly deaths: number
  readonly steps: number
  readonly trace: readonly string[] | undefined
}

/** Plays one history from its seed: draws it, plays it until it is healed and quiet, and checks how it ended. */
export async function playHistory(options: HistoryOptions): Promise<History> {
  const { stage, seed } = options
  const setting = drawSetting(options)
  const { trace, journal, population } = setting
  await stage.empty()
  await settle(stage.database, population)
  const played = await play(setting)
  const facts = await readFacts(stage.database)
  const findings = [...journal.findings, ...setting.transitions.findings(), ...check(setting, facts)]
  for (const one of facts.events) trace.note(`ended ${one.eventKey} ${one.ended ?? (one.inReview ? 'review' : 'open')}`)
  for (const one of facts.balances) trace.note(`balance ${one.account} ${one.asset} ${one.posted} ${one.held}`)
  for (const finding of findings) trace.note(`finding ${finding}`)
  const count = (state: string): number => facts.events.filter((one) => one.ended === state).length
  return {
    seed,
    digest: trace.digest(),
    findings,
    errors: journal.errors,
    events: facts.events.length,
    completed: count('completed'),
    failed: count('failed'),
    disputed: count('disputed'),
    inReview: facts.events.filter((one) => one.inReview).length,
    ...played,
    trace: trace.lines,
  }
}
