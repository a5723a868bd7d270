import type { Groups, Stage } from './stage/stage.ts'
import type { ServerWish, Servers } from './stage/servers.ts'

/** What an experiment can do while the traffic flows. */
export interface Drill {
  readonly stage: Stage
  /** Undefined where the drill plays on servers that were there before. */
  readonly servers: Servers | undefined
  readonly natsUrl: string
  readonly natsPrefix: string
  readonly random: () => number
  /** For how long the experiment is to go on, in ms. */
  readonly lengthMs: number
  /**
   * Makes a fault and lifts it again; then measures how long it takes until a new event is accepted and has its receipt.
   * `act` resolves when the fault is over or what died was replaced.
   */
  fault(what: string, act: () => Promise<void>): Promise<void>
  pause(ms: number): Promise<void>
  say(line: string): void
  /** Tells what is not as it must be. */
  found(...findings: string[]): void
}

export interface Experiment {
  readonly name: string
  /** One line for `--list`. */
  readonly about: string
  readonly needs?: ServerWish
  readonly groups?: Groups
  /** Settings of every process, beside the usual ones. */
  readonly settings?: Readonly<Record<string, string>>
  /** Seconds of traffic, unless told otherwise; some take as long as their faults take. */
  readonly seconds: number
  readonly users?: number
  readonly perSecond?: number
  /**
   * A partner fails in it: the breaker before him, which stays open for 30 s as specified, may have opened at the last moment, so
   * that service has as much longer to come back.
   */
  readonly opensBreakers?: true
  run(drill: Drill): Promise<void>
  /** What else must not have happened, by the servers' own words. */
  afterwards?(drill: Drill): string[]
}

/** What one fault did. */
export interface FaultRecord {
  readonly what: string
  /** How long the fault lasted. */
  readonly lastedMs: number
  /** From its end until a new event was accepted and receipted; undefined: not within a minute. */
  readonly recoveredMs: number | undefined
}
