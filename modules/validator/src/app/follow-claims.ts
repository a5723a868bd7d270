import { type Message, type Outgoing, about } from '@species/runtime'
import {
  type KeptClaim,
  claimName,
  markCredited,
  markReversed,
  recordRecheck,
  takeDueRechecks,
  toClaim,
  uncreditedClaims,
  unreversedClaims,
} from '../adapters/claim-rows.ts'
import { lookAgainMs, looksUntilGone, nextRecheckMs, standsStill } from '../domain/recheck.ts'
import type { ValidatorDeps } from './deps.ts'
import { readTransaction } from './prove.ts'
import { claimed } from './record-verdicts.ts'

const patienceMs = 10_000
const leaseMs = 60_000
const maxPerRun = 100

/** The cashier has credited claims: they need not be told again. */
export async function noteCredits(deps: ValidatorDeps, batch: readonly Message<'payment.credited'>[]): Promise<[]> {
  await markCredited(
    deps.database,
    batch.map((message) => message.body),
    deps.clock.now(),
  )
  return []
}

/** Tells the cashier again of claims that it has not answered for. */
export async function repeatClaims(deps: ValidatorDeps): Promise<void> {
  const claims = await uncreditedClaims(deps.database, deps.clock.now() - patienceMs, maxPerRun)
  if (claims.length > 0)
    await deps.bus.publish(claims.map((claim) => claimed(claim.trace, claim.eventKey, toClaim(claim))))
}

/** Looks at claimed payments again after the trade, so that a reorganisation ends as a dispute and not as nothing. */
export async function recheckClaims(deps: ValidatorDeps): Promise<void> {
  const due = await takeDueRechecks(deps.database, deps.clock.now(), leaseMs, maxPerRun)
  // A claim that cannot be looked at is looked at again when its lease is over, and keeps no other from being looked at.
  await Promise.all(
    due.map((claim) =>
      recheck(deps, claim).catch((error: unknown) => {
        const { eventKey } = claim
        deps.log.error({ eventKey, claim: claimName(claim), err: error }, 'a claimed payment cannot be looked at again')
      }),
    ),
  )
}

async function recheck(deps: ValidatorDeps, claim: KeptClaim): Promise<void> {
  const word = standsStill(claim, await readTransaction(deps, claim.chain, claim.hash, claim.blockNumber))
  const { config } = await deps.config.current()
  const nowMs = deps.clock.now()
  if (word === 'unknown') return
  if (word === 'stands') {
    const done = claim.rechecksDone + 1
    await recordRecheck(deps.database, claim, {
      nextMs: nextRecheckMs(claim.chain, config, claim.claimedAtMs, done),
      done,
      missing: 0,
      vanishedAtMs: undefined,
    })
    return
  }
  const missing = claim.missing + 1
  if (missing < looksUntilGone) {
    deps.log.warn(
      { eventKey: claim.eventKey, claim: claimName(claim), missing },
      'a claimed payment is missing from its chain',
    )
    await recordRecheck(deps.database, claim, {
      nextMs: nowMs + lookAgainMs(claim.chain, config),
      done: claim.rechecksDone,
      missing,
      vanishedAtMs: undefined,
    })
    return
  }
  // Written first: from then on it is told again and again, so no message that dies can let the money stay.
  const isWritten = await recordRecheck(deps.database, claim, {
    nextMs: undefined,
    done: claim.rechecksDone,
    missing,
    vanishedAtMs: nowMs,
  })
  if (!isWritten) return
  deps.log.error(
    { eventKey: claim.eventKey, claim: claimName(claim), payer: claim.payer },
    'a claimed payment has vanished from its chain',
  )
  await deps.bus.publish([vanished(claim, nowMs)])
}

/** One telling a minute, of that many: in a reorganisation payments vanish together. */
const maxTold = 1_000

/**
 * Tells of vanished payments again until they are reversed: their events have ended and nobody drives them, and everybody who
 * hears it (the cashier, who then tells the floor-manager and the authenticator) acts once a payment.
 */
export async function repeatVanished(deps: ValidatorDeps): Promise<void> {
  const nowMs = deps.clock.now()
  const claims = await unreversedClaims(deps.database, maxTold)
  if (claims.length > 0) await deps.bus.publish(claims.map((claim) => vanished(claim, nowMs)))
}

const toldAtLeastMs = 300_000

/**
 * The cashier has taken payments back. Those who dispute the event and freeze the payer hear the same word, and one that dies on
 * its way to them is said again only while the payment is told of. So it is, until the word is heard once more minutes after it
 * was first heard: a word that came just before everything stood still for long may have reached nobody else.
 */
export async function noteReversals(deps: ValidatorDeps, batch: readonly Message<'payment.reversed'>[]): Promise<[]> {
  const nowMs = deps.clock.now()
  await markReversed(
    deps.database,
    batch.map((message) => message.body.claim),
    nowMs,
    nowMs - toldAtLeastMs,
  )
  return []
}

function vanished(claim: KeptClaim, seenAtMs: number): Outgoing {
  const subject = { key: claimName(claim), partitionKey: claim.payer }
  return about('payment.vanished', claim, subject, { eventKey: claim.eventKey, claim: toClaim(claim), seenAtMs })
}
