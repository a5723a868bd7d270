import type { Module } from '@species/flow'
import type { MirrorDeps } from './app/deps.ts'
import { createMirrorRound } from './app/run-mirror.ts'
import { mirrorEndpoints } from './http/mirror.ts'

/** mirror: writes the ledger behind itself into the operator's book. Without a book it does nothing. */
export function createMirror(deps: MirrorDeps | undefined): Module {
  return {
    name: 'mirror',
    consumers: [],
    endpoints: mirrorEndpoints(deps),
    jobs: deps ? [{ name: 'mirror-round', everyMs: 1_000, run: createMirrorRound(deps) }] : [],
  }
}
