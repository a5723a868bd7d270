import { secondPersonResponse } from '@species/flow'
import { type Endpoint, endpoint, json } from '@species/http'
import { z } from 'zod'
import { objectedTransfers } from '../adapters/transfer-store.ts'
import type { AuthenticatorDeps } from '../app/deps.ts'
import { decidingTransfer, objectToTransfer, transferDecisions } from '../app/manage-wallets.ts'
import { transferView, transferViewSchema } from './wallet-view.ts'
import { valueOf } from './wire.ts'

const params = z.strictObject({ transferId: z.uuid() })

export function objectToWalletTransfer(deps: AuthenticatorDeps): Endpoint {
  return endpoint(
    {
      method: 'post',
      path: '/marketplace/v1/wallets/transfers/{transferId}/objection',
      operationId: 'objectToWalletTransfer',
      tag: 'Wallets',
      summary: 'Object to the transfer of your wallet',
      description: 'The wallet stays yours until an operator has decided.',
      access: 'wallets',
      whileSuspended: true,
      problems: ['not_found'],
      params,
      responses: { 204: { description: 'An operator decides', schema: 'empty' } },
    },
    async ({ principal: { onliId }, params: { transferId } }) => {
      valueOf(await objectToTransfer(deps, { onliId, transferId }))
      return new Response(null, { status: 204 })
    },
  )
}

const objectionSchema = transferViewSchema.extend({ from: z.string(), to: z.string() })

export function listObjections(deps: AuthenticatorDeps): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: '/admin/v1/wallet-transfers',
      operationId: 'listWalletObjections',
      tag: 'Operations',
      summary: 'Wallet transfers to which the owner objects',
      description: 'Each waits for the decision of an operator. Until then the wallet stays with its owner.',
      access: 'operator',
      role: 'viewer',
      problems: [],
      responses: {
        200: { description: 'Oldest first', schema: z.strictObject({ transfers: z.array(objectionSchema) }) },
      },
    },
    async () => {
      const transfers = await objectedTransfers(deps.database)
      return json(200, {
        transfers: transfers.map((one) => ({ ...transferView(one, one.to), from: one.from, to: one.to })),
      })
    },
  )
}

const decisionSchema = z.strictObject({
  decision: transferDecisions,
  reason: z.string().trim().min(8).max(1_000),
})

export function decideObjection(deps: AuthenticatorDeps): Endpoint {
  const decide = deps.secondPerson.define(decidingTransfer(deps))
  return endpoint(
    {
      method: 'post',
      path: '/admin/v1/wallet-transfers/{transferId}',
      operationId: 'decideWalletObjection',
      tag: 'Operations',
      summary: 'Decide an objection to the transfer of a wallet',
      description:
        '`transfer`: the newer prover owns it from now on. `keep`: the owner keeps it, and that user cannot ask again. It takes two people.',
      access: 'operator',
      role: 'operator',
      audit: { action: 'wallet.decide', target: (asked) => asked.params.transferId },
      params,
      body: {
        schema: decisionSchema,
        examples: { keep: { decision: 'keep', reason: 'The owner has shown that the wallet is theirs.' } },
      },
      problems: ['not_found'],
      responses: {
        200: {
          description: 'Decided',
          schema: z.strictObject({ transferId: z.uuid(), decision: transferDecisions }),
        },
        ...secondPersonResponse,
      },
    },
    (call) => decide.request(call, { transferId: call.params.transferId, decision: call.body.decision }),
  )
}
