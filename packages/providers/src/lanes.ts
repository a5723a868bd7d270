import type { ChainPort } from '@species/contracts'

/** A partner that chains are read through: one breaker, one pace, and lanes that take turns. */
export interface ChainLine extends ChainPort {
  /** The same partner for one kind of work. */
  inLane(lane: string): ChainPort
}

export function inLanes(portIn: (lane: string) => ChainPort): ChainLine {
  return { ...portIn(''), inLane: portIn }
}
