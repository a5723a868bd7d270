import { recheckOf, standsStill } from '@species/contracts'
import { type Message, type Outgoing, about } from '@species/bus'
import {
  type KeptClaim,
  claimName,
  markCredited,
  markReversed,
  toClaim,
  claimsUncreditedDue,
  uncreditedClaims,
  unreversedClaims,
} from '../adapters/claim-rows.ts'
import { type Rechecked, recordRechecks, takeDueRechecks } from '../adapters/recheck-rows.ts'
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

/** When the first claim has waited for an answer for so long. */
export const uncreditedDue = claimsUncreditedDue(patienceMs)

/** Tells the cashier again of claims that it has not answered for. */
export async function repeatClaims(deps: ValidatorDeps): Promise<void> {
  const claims = await uncreditedClaims(deps.database, deps.clock.now() - patienceMs, maxPerRun)
  if (claims.length > 0)
    await deps.bus.publish(claims.map((claim) => claimed(claim.trace, claim.eventKey, toClaim(claim))))
}

/** So many transactions are asked for at a time: the others' payments must not wait for a re-check. */
const askedAtOnce = 4

/**
 * Looks at claimed payments again after the trade, so that a reorganisation ends as a dispute and not as nothing. The claims of
 * one transaction share one question to its chain, and one statement.
 */
export async function recheckClaims(deps: ValidatorDeps): Promise<void> {
  const due = await takeDueRechecks(deps.database, deps.clock.now(), leaseMs, maxPerRun)
  const transactions = Map.groupBy(due, ({ chain, hash }) => `${chain} ${hash}`).values()
  // All take from one iterator: each goes on with the next that no other has.
  const workThrough = async (): Promise<void> => {
    for (const claims of transactions) await recheckTransaction(deps, claims).catch(cannotLook(deps, claims))
  }
  await Promise.all(Array.from({ length: askedAtOnce }, workThrough))
}

/** Claims that cannot be looked at are looked at again when their lease is over, and keep no others from being looked at. */
function cannotLook({ log }: ValidatorDeps, claims: readonly KeptClaim[]): (error: unknown) => void {
  return (error) => {
    log.error({ claims: claims.map(claimName), err: error }, 'claimed payments cannot be looked at again')
  }
}

async function recheckTransaction(deps: ValidatorDeps, claims: readonly KeptClaim[]): Promise<void> {
  const [first] = claims
  if (!first) return
  const { config } = await deps.config.current()
  // What a chain that is halted shows is not believed: a payment that was taken back cannot be given again.
  if (config.chains[first.chain].halted) return
  const seenInBlock = Math.max(...claims.map((claim) => claim.blockNumber))
  const outcome = await readTransaction(deps, first.chain, first.hash, seenInBlock)
  const nowMs = deps.clock.now()
  const rechecks = claims.flatMap((claim): Rechecked[] => {
    const recheck = recheckOf(claim, standsStill(claim, outcome), config, nowMs)
    return recheck ? [{ claim, ...recheck }] : []
  })
  for (const { claim, missing } of rechecks)
    if (missing > 0)
      deps.log.warn(
        { eventKey: claim.eventKey, claim: claimName(claim), missing },
        'a claimed payment is missing from its chain',
      )
  // Written first: from then on it is told again and again, so no message that dies can let the money stay.
  const recorded = await recordRechecks(deps.database, rechecks)
  const gone = recorded.filter((one) => one.vanishedAtMs !== undefined).map((one) => one.claim)
  for (const claim of gone)
    deps.log.error(
      { eventKey: claim.eventKey, claim: claimName(claim), payer: claim.payer },
      'a claimed payment has vanished from its chain',
    )
  if (gone.length > 0) await deps.bus.publish(gone.map((claim) => vanished(claim, nowMs)))
}

/** One telling a minute, of that many: in a reorganisation payments vanish together. */
const maxTold = 1_000

/**
 * Tells of vanished payments again until they are reversed: their events have ended and are driven no more, and everybody who
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
 * was first heard: a word that came just before everything stood still for long may have reached no other process.
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
