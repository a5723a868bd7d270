import type { ModuleName, Topic } from '@species/contracts'
import type { Consumer } from '@species/bus'
import type { Endpoint } from '@species/http'
import type { Job } from '@species/platform'

/** What a module gives to the program that composes it. */
export interface Module {
  readonly name: ModuleName
  readonly consumers: readonly Consumer[]
  readonly endpoints: readonly Endpoint[]
  readonly jobs: readonly Job[]
  /** Runs once before anything is served: what must exist is made. */
  start?(): Promise<void>
  /** Runs once its jobs have stopped: it begins nothing more, and waits for what it has begun beside them. */
  stop?(): Promise<void>
}

/** Declares a consumer: `handle` gets what its topic promises, and the list of a module takes any topic. */
export function consumer<T extends Topic>(one: Consumer<T>): Consumer {
  return one
}
