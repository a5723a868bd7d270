import type { MoveOutcome, OracleWord, StateBodies } from '@species/contracts'
import { backOffMs, unreachable } from '@species/kernel'

/** What the oracle's answer means for a delivered event. */
export type Verification =
  | { readonly kind: 'confirmed'; readonly oracle: OracleWord }
  | { readonly kind: 'waiting'; readonly reason: string }
  | { readonly kind: 'review'; readonly reason: string }

/** Compares the oracle's word with what was delivered. A disagreement is never settled: a person decides. */
export function verify(
  dossier: StateBodies['delivered'],
  outcome: MoveOutcome,
  untilMs: number,
  nowMs: number,
): Verification {
  const { delivery } = dossier
  switch (outcome.kind) {
    case 'yes': {
      const { operationId, ownerVault, units, toVault } = outcome.value
      const agrees =
        operationId === delivery.operationId &&
        ownerVault === delivery.toVault &&
        toVault === delivery.toVault &&
        units === delivery.units
      return agrees
        ? { kind: 'confirmed', oracle: { operationId, ownerVault, units, wordOf: 'partner' } }
        : {
            kind: 'review',
            reason: `the oracle says ${units} units of operation ${operationId} belong to ${ownerVault}; ${delivery.units} were delivered to ${delivery.toVault}`,
          }
    }
    case 'no':
      return { kind: 'review', reason: `the oracle says the delivery did not happen: ${outcome.refusal.detail}` }
    case 'not_yet':
    case 'unknown':
      return nowMs > untilMs
        ? { kind: 'review', reason: `the oracle gives no answer: ${outcome.reason}` }
        : { kind: 'waiting', reason: outcome.reason }
    default:
      return unreachable(outcome)
  }
}

/** A delivered event that the oracle has not confirmed yet. */
export interface OpenVerification {
  readonly dossier: StateBodies['delivered']
  /** How often the oracle was asked before. */
  readonly checks: number
  /** When a person is asked, Unix milliseconds. */
  readonly untilMs: number
}

/** What is recorded of an event after the oracle was asked. */
export interface VerificationOutcome {
  readonly outcome: Verification['kind']
  readonly oracle: OracleWord | undefined
  /** What the event goes on with; kept only while it is needed. */
  readonly dossier: StateBodies['delivered'] | undefined
  readonly reason: string | undefined
  readonly checks: number
  /** When the oracle is asked again, Unix milliseconds. */
  readonly dueAtMs: number | undefined
}

/** After an outage of ours the first answers may be late by themselves: the oracle is asked a few times before a person is. */
const fewestAsks = 4
const firstPauseMs = 250
const longestPauseMs = 15_000

/** What an answer of the oracle comes to. */
export function verificationOf(open: OpenVerification, answer: MoveOutcome, nowMs: number): VerificationOutcome {
  const { dossier } = open
  const checks = open.checks + 1
  const verification = verify(dossier, answer, checks < fewestAsks ? Infinity : open.untilMs, nowMs)
  const none = { oracle: undefined, dossier: undefined, reason: undefined, checks, dueAtMs: undefined }
  switch (verification.kind) {
    case 'confirmed':
      return { ...none, outcome: 'confirmed', oracle: verification.oracle }
    case 'waiting': {
      const dueAtMs = nowMs + backOffMs({ firstMs: firstPauseMs, longestMs: longestPauseMs }, open.checks)
      return { ...none, outcome: 'waiting', dossier, reason: verification.reason, dueAtMs }
    }
    case 'review':
      return { ...none, outcome: 'review', dossier, reason: verification.reason }
  }
}
