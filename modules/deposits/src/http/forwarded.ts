import { type Custodian, custodians } from '@species/contracts'
import { secondPersonResponse } from '@species/flow'
import { type Endpoint, endpoint } from '@species/http'
import { formatUsdt } from '@species/kernel'
import { z } from 'zod'
import { explain } from '../adapters/deposit-rows.ts'
import type { DepositsDeps } from '../app/deps.ts'
import { giveToCustody } from '../app/forwarded-money.ts'
import { depositIdSchema, halted, inSuspense, params, reason, taken } from './in-suspense.ts'

const custodian: Custodian = custodians[0]

/** Money in suspense is what a partner held for us and has forwarded: it brings none, and what the partner holds is less. */
export function forwarded(deps: DepositsDeps): Endpoint {
  const action = deps.secondPerson.define<{ depositId: string }>({
    kind: 'deposit.forwarded',
    role: 'treasurer',
    schema: z.strictObject({ depositId: depositIdSchema }),
    target: ({ depositId }) => depositId,
    inWords: async (tx, { depositId }) => {
      const deposit = await inSuspense(tx, depositId)
      return `book ${formatUsdt(deposit.amountMicro)} USDT from ${deposit.fromAddress} (${deposit.chain} ${deposit.hash}) as forwarded by ${custodian}`
    },
    version: async (tx, { depositId }) => (await inSuspense(tx, depositId)).booking ?? '',
    async run(tx, { depositId }, by) {
      const deposit = await inSuspense(tx, depositId)
      const nowMs = deps.clock.now()
      const note = { nowMs, trace: by.trace, reason: `${by.reason} (${by.actor})` }
      const claimed = await deps.claims(tx).claim(deposit, { kind: 'kept', ref: depositId }, note)
      if (claimed.kind === 'halted') throw halted(deposit)
      if (claimed.kind === 'taken') throw taken(depositId)
      await giveToCustody(deps, tx, deposit.booking ?? depositId, deposit)
      await explain(tx, depositId, 'forwarded', { nowMs })
      const answer = { depositId, amount: formatUsdt(deposit.amountMicro) }
      return { answer, after: answer }
    },
  })
  return endpoint(
    {
      method: 'post',
      path: '/admin/v1/deposits/{depositId}/forwarded',
      operationId: 'bookForwarded',
      tag: 'Operations',
      summary: 'Book unexplained money as forwarded by NOWPayments',
      description:
        'Only what is in suspense, and at most what NOWPayments holds for us by the ledger. It is credited to no one: it was, when it came in at an address of theirs.',
      access: 'operator',
      role: 'treasurer',
      audit: { action: 'deposit.forwarded', target: (asked) => asked.params.depositId },
      params,
      body: {
        schema: z.strictObject({ reason }),
        examples: { batch: { reason: 'Forwarded for payment 4945313427, as their dashboard shows.' } },
      },
      problems: ['not_found', 'already_claimed', 'service_unavailable', 'invalid_request'],
      responses: {
        200: { description: 'Booked', schema: z.strictObject({ depositId: z.string(), amount: z.string() }) },
        ...secondPersonResponse,
      },
    },
    async (call) => await action.request(call, { depositId: call.params.depositId }),
  )
}
