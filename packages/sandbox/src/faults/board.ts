import type { Fault, PartnerName } from './fault.ts'
import { operationsOf } from './fault.ts'

export interface PostedFault {
  readonly id: string
  readonly fault: Fault
  /** Calls it still applies to; undefined = until deleted. */
  left: number | undefined
}

const none: readonly Fault[] = []

/** The faults in force, oldest first. They live in memory only: a restart is healthy. */
export class FaultBoard {
  #posted: PostedFault[] = []
  #lastId = 0

  post(fault: Fault): PostedFault {
    const posted: PostedFault = { id: `fault-${String(++this.#lastId)}`, fault, left: fault.times }
    this.#posted.push(posted)
    return posted
  }

  list(): readonly PostedFault[] {
    return this.#posted
  }

  /** How many were removed. */
  remove(id?: string): number {
    const before = this.#posted.length
    this.#posted = id === undefined ? [] : this.#posted.filter((posted) => posted.id !== id)
    return before - this.#posted.length
  }

  /** The faults that this call suffers; each is spent once. */
  take(partner: PartnerName, operation: string): readonly Fault[] {
    if (this.#posted.length === 0) return none
    const hit = this.#posted.filter(({ fault }) => fault.partner === partner && operationsOf(fault).includes(operation))
    for (const posted of hit) {
      if (posted.left !== undefined) posted.left--
    }
    this.#posted = this.#posted.filter(({ left }) => left !== 0)
    return hit.map(({ fault }) => fault)
  }
}
