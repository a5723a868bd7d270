import type { PayoutHalt } from '@species/contracts'
import type { Sql } from '@species/database'
import type { TwoPersonAction } from '@species/flow'
import { Problem } from '@species/http'
import type { Clock } from '@species/platform'
import { z } from 'zod'
import { endHalts, insertHalt, lockHalts, maxOpenHalts, openHalts } from '../adapters/halt-rows.ts'
import type { PayoutsDeps } from './deps.ts'

/**
 * Halts all money out, in the caller's transaction: from its commit on no payout is asked for, approved, sent or given up. What was sent
 * is followed to its end. False: this cause has halted before. Waits for transactions that approve or send: call it last.
 */
export function createHaltPayouts(clock: Pick<Clock, 'now'>) {
  return async (tx: Sql, halt: PayoutHalt): Promise<boolean> => {
    await lockHalts(tx)
    // With so many open nothing is sent anyway; what is found again later is stored then.
    if ((await openHalts(tx)).length >= maxOpenHalts) return false
    return await insertHalt(tx, halt, clock.now())
  }
}

type Nothing = z.infer<typeof nothing>
const nothing = z.strictObject({})

/** What a resumption says it has ended. */
export const resumedSchema = z.strictObject({ resumed: z.array(z.string()).describe('the causes that were open') })

/** Two people end every halt that is open. One that comes between the proposal and its approval voids the proposal. */
export function resumingPayouts({ clock }: Pick<PayoutsDeps, 'clock'>): TwoPersonAction<Nothing> {
  const openNow = async (tx: Sql) => {
    await lockHalts(tx)
    const open = await openHalts(tx)
    if (open.length === 0) throw new Problem('payout_state', 'Payouts are not halted. Nothing was done.')
    return open
  }
  return {
    kind: 'payouts.resume',
    role: 'treasurer',
    schema: nothing,
    target: () => 'payouts',
    inWords: async (tx) => {
      const [first, ...more] = await openNow(tx)
      return `resume payouts, halted because: ${first?.reason}${more.length === 0 ? '' : ` (and ${more.length} more)`}`
    },
    version: async (tx) => (await openNow(tx)).map(({ haltId }) => haltId).join(' '),
    async run(tx, _body, { actor, reason }) {
      const resumed = (await openNow(tx)).map(({ cause }) => cause)
      await endHalts(tx, actor, reason, clock.now())
      const answer: z.infer<typeof resumedSchema> = { resumed }
      return { answer, before: answer, after: { resumed: [] } }
    },
  }
}
