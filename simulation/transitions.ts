import {
  type ModuleName,
  type State,
  lifecycle,
  mayFollow,
  moduleNames,
  publishersOf,
  rowOf,
  states,
} from '@species/contracts'
import type { Outgoing } from '@species/bus'

/**
 * Holds what the modules consume and publish against the lifecycle table. What does not stand in the table is a finding of the
 * history. A repeat is no transition: a module gives the same answer for ever.
 */
export class Transitions {
  readonly #seen = new Map<string, Set<State>>()
  readonly #consumed = new Set<string>()
  readonly #findings = new Set<string>()

  /** A consumer has subscribed. */
  subscribed({ name, topic }: { readonly name: string; readonly topic: string }): void {
    const state = stateOf(topic)
    if (state === undefined) return
    const module = moduleOf(name)
    this.#consumed.add(`${module} ${state}`)
    if (!rowOf(state).consumers.includes(module)) this.#findings.add(`${module} consumes ${state}: not in the table`)
  }

  /** A message is published: by the module of this consumer, or by a job or a request. */
  published({ topic, body }: Pick<Outgoing, 'topic' | 'body'>, consumer: string | undefined): void {
    const state = stateOf(topic)
    if (state === undefined) return
    if (consumer !== undefined && !publishersOf(state).includes(moduleOf(consumer)))
      this.#findings.add(`${moduleOf(consumer)} publishes ${state}: not in the table`)
    const { eventKey, times = {} } = body as { eventKey: string; times?: Partial<Record<State, number>> }
    const seen = this.#seen.get(eventKey) ?? new Set()
    this.#seen.set(eventKey, seen)
    if (state !== 'accepted' && ![...seen].some((before) => rowOf(before).next.includes(state)))
      this.#findings.add(`${state} comes after ${[...seen].join(', ') || 'nothing'}: not in the table`)
    seen.add(state)
    const path = states.filter((one) => times[one] !== undefined)
    path.forEach((to, index) => {
      const from = path[index - 1]
      if (from !== undefined && !mayFollow(from, to)) this.#findings.add(`${from} -> ${to}: not in the table`)
    })
  }

  /** What is not in the table, or is in it and not so; in words. */
  findings(): string[] {
    const unheard = lifecycle.flatMap(({ state, consumers }) =>
      consumers
        .filter((module) => !this.#consumed.has(`${module} ${state}`))
        .map((module) => `${module} does not consume ${state}, as the table says`),
    )
    return [...this.#findings, ...unheard]
  }
}

function stateOf(topic: string): State | undefined {
  return states.find((state) => state === topic)
}

/** Consumers are named after their module. */
function moduleOf(consumer: string): ModuleName {
  const module = moduleNames.find((name) => consumer.startsWith(`${name}-`))
  if (!module) throw new Error(`${consumer} is named after no module`)
  return module
}
