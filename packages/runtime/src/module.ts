import type { ModuleName } from '@species/contracts'
import type { Consumer } from './bus/bus.ts'
import type { Endpoint } from './http/endpoint.ts'
import type { Job } from './jobs.ts'

/** What a module gives to the program that composes it. */
export interface Module {
  readonly name: ModuleName
  readonly consumers: readonly Consumer[]
  readonly endpoints: readonly Endpoint[]
  readonly jobs: readonly Job[]
  /** Runs once before anything is served: what must exist is made. */
  start?(): Promise<void>
}

/** Widens a typed consumer for a module's list. */
export function consumers(...list: { readonly name: string }[]): readonly Consumer[] {
  return list as unknown as readonly Consumer[]
}
