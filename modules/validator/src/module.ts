import { type Module, consumer } from '@species/flow'
import { vanishedDue } from './adapters/claim-rows.ts'
import { dueJob, quotedDue, quotedJob, verdictsDue, wakeVerdicts } from './adapters/due-rows.ts'
import { recheckDue } from './adapters/recheck-rows.ts'
import { createAsker } from './app/ask-chains.ts'
import { askQuotes } from './app/ask-quotes.ts'
import type { ValidatorDeps } from './app/deps.ts'
import {
  noteCredits,
  noteReversals,
  recheckClaims,
  repeatClaims,
  repeatVanished,
  uncreditedDue,
} from './app/follow-claims.ts'
import { noteDecisions } from './app/note-decisions.ts'
import { validateEvents } from './app/validate-events.ts'
import { postClaim } from './http/post-claim.ts'
import { recheckClaimsNow } from './http/recheck-claims.ts'

/** The validator: proves that a payment is real, final and the payer's, and claims it once for ever. */
export function createValidator(deps: ValidatorDeps): Module {
  const asker = createAsker(deps)
  return {
    name: 'validator',
    consumers: [
      consumer({
        name: 'validator-classified',
        topic: 'classified',
        maxBatch: 200,
        async handle(batch) {
          const outgoing = await validateEvents(deps, batch)
          if (deps.asksAtOnce) asker.wake()
          return outgoing
        },
      }),
      consumer({
        name: 'validator-payment-credited',
        topic: 'payment.credited',
        maxBatch: 500,
        handle: (batch) => noteCredits(deps, batch),
      }),
      consumer({
        name: 'validator-payment-reversed',
        topic: 'payment.reversed',
        maxBatch: 500,
        handle: (batch) => noteReversals(deps, batch),
      }),
      consumer({
        name: 'validator-transfer-noticed',
        topic: 'transfer.noticed',
        maxBatch: 500,
        async handle(batch) {
          const woken = await wakeVerdicts(
            deps.database,
            batch.map(({ body }) => body),
            deps.clock.now(),
          )
          if (woken && deps.asksAtOnce) asker.wake()
          return []
        },
      }),
      consumer({
        name: 'validator-review-decided',
        topic: 'review.decided',
        maxBatch: 200,
        handle: (batch) => noteDecisions(deps, batch),
      }),
    ],
    endpoints: [postClaim(deps), recheckClaimsNow(deps)],
    jobs: [
      {
        name: dueJob,
        everyMs: 250,
        due: verdictsDue,
        async run() {
          // What is slow to answer must not keep the job from what is due next.
          if (deps.asksAtOnce) asker.wake()
          else await asker.drain()
        },
      },
      { name: quotedJob, everyMs: 250, due: quotedDue, run: () => askQuotes(deps) },
      { name: 'claims-uncredited', everyMs: 5_000, due: uncreditedDue, run: () => repeatClaims(deps) },
      { name: 'claims-vanished', everyMs: 60_000, due: vanishedDue, run: () => repeatVanished(deps) },
      { name: 'claims-recheck', everyMs: 2_000, due: recheckDue, run: () => recheckClaims(deps) },
    ],
    stop: () => asker.stop(),
  }
}
