import type { Random } from '@species/testing/random'

/** How often what goes wrong in one history. */
export interface Faults {
  /** The bus keeps what it has taken until it is acknowledged, and nobody sweeps; otherwise it may lose anything. */
  readonly busIsDurable: boolean
  readonly honoursKeys: boolean
  readonly drop: number
  readonly duplicate: number
  readonly delay: number
  readonly publishFails: number
  /** A partner gives no answer, without and with having acted. */
  readonly silent: number
  readonly silentAfterActing: number
  readonly refuses: number
  readonly stalls: number
  /** The oracle, or the chain, does not know yet what is there. */
  readonly late: number
  /** A reorganisation takes a payment away: for good, or for a while. */
  readonly reorganises: number
  readonly minesAgain: number
  /** A payment is away for so long that it vanishes, and is there again. */
  readonly loses: number
  readonly deaths: number
}

/** Some histories are calm in some respects: what only shows when nothing else goes wrong is then seen too. */
export function drawFaults(random: Random): Faults {
  const rate = (most: number): number => (random.chance(0.6) ? random.next() * most : 0)
  const busIsDurable = random.chance(0.4)
  return {
    busIsDurable,
    honoursKeys: random.chance(0.7),
    drop: busIsDurable ? 0 : rate(0.25),
    duplicate: rate(0.2),
    delay: rate(0.3),
    publishFails: rate(0.08),
    silent: rate(0.2),
    silentAfterActing: rate(0.2),
    refuses: rate(0.1),
    stalls: rate(0.25),
    late: rate(0.2),
    reorganises: rate(0.25),
    minesAgain: rate(0.6),
    loses: rate(0.5),
    deaths: random.pick([0, 1, 1, 2, 3]),
  }
}

/** Nothing goes wrong any more, but the bus and the partner stay of the kind they are. */
export function healed(faults: Faults): Faults {
  const none = Object.fromEntries(Object.keys(faults).map((name) => [name, 0])) as unknown as Faults
  return { ...none, busIsDurable: faults.busIsDurable, honoursKeys: faults.honoursKeys }
}
