import type { Experiment } from '../experiment.ts'
import { duplicates, natsClusterNode, natsKilled, natsStorageDeleted } from './bus.ts'
import { partnerActsThenTimesOut, partnerWithoutKeys } from './partners.ts'
import { killEach, killRandom, stop30s } from './processes.ts'
import { races } from './races.ts'
import { storm } from './storm.ts'
import { postgresFailover, redisKilled, redisSlow } from './stores.ts'

/** All experiments, in the order in which they are played. */
export const experiments: readonly Experiment[] = [
  killEach,
  killRandom,
  stop30s,
  natsKilled,
  natsStorageDeleted,
  natsClusterNode,
  postgresFailover,
  redisKilled,
  redisSlow,
  duplicates,
  partnerActsThenTimesOut,
  partnerWithoutKeys,
  storm,
  races,
]
