import { setTimeout as pause } from 'node:timers/promises'
import type { Fault } from './fault.ts'

/** How one call answers, and how its answer goes wrong. */
export interface FaultedCall<A> {
  /** The true answer; whatever it changes has happened when it returns. */
  effect(): A
  /** The request arrives a second time. */
  duplicate(answer: A): A
  lie(how: string, answer: A): A
  /** The answer, or a throw, that stands for the failure. */
  fail(fault: Fault & { kind: 'error' | 'down' }): A
}

/**
 * Answers under the given faults. A failure `after` comes when the effect has happened: the caller cannot tell it from
 * one `before`, which is the point of it.
 */
export async function sufferFaults<A>(
  faults: readonly Fault[],
  call: FaultedCall<A>,
  closing: AbortSignal,
): Promise<A> {
  const early = await stage('before')
  if (early !== undefined) return early.answer
  let answer = call.effect()
  for (const fault of faults) {
    if (fault.kind === 'duplicate') answer = call.duplicate(answer)
    if (fault.kind === 'wrong') answer = call.lie(fault.how, answer)
  }
  const late = await stage('after')
  return late === undefined ? answer : late.answer

  async function stage(when: 'before' | 'after'): Promise<{ answer: A } | undefined> {
    for (const fault of faults) {
      if (!('when' in fault) || fault.when !== when) continue
      if (fault.kind === 'latency') await pause(fault.ms, undefined, { signal: closing })
      else return { answer: call.fail(fault) }
    }
    return undefined
  }
}
