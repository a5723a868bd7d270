import { hash } from 'node:crypto'
import { notFromOwnPage } from '@species/authenticator'
import {
  type Chain,
  type RequestHeaders,
  addressOfAccount,
  chainSchema,
  chains,
  wireUsdtSchema,
} from '@species/contracts'
import { type Endpoint, Problem, endpoint, json } from '@species/http'
import { z } from 'zod'
import type { SandboxControl } from './control.ts'

/** Absent where a partner is real, or where others can reach this process. */
type Control = SandboxControl | undefined

const minedSchema = z.object({ hash: z.string() })

/** What the pages of a sandbox on one's own machine can do that no real marketplace offers. */
export function playEndpoints(control: Control): Endpoint[] {
  return [whatIsPossible(control), pay(control)]
}

function whatIsPossible(control: Control): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: '/marketplace/v1/sandbox',
      operationId: 'getSandbox',
      tag: 'Market',
      summary: 'Whether this page can order the sandbox',
      description: 'It can where every partner is the sandbox and a page of this marketplace asks on its own machine.',
      access: 'public',
      problems: [],
      responses: { 200: { description: 'Whether it can', schema: z.strictObject({ canOrder: z.boolean() }) } },
    },
    ({ headers }) =>
      json(
        200,
        { canOrder: control !== undefined && notFromOwnPage(headers) === undefined },
        { 'cache-control': 'no-store' },
      ),
  )
}

/** The control, where the request comes from a page of ours on this machine. Throws a Problem otherwise. */
export function controlFor(control: Control, headers: RequestHeaders): SandboxControl {
  if (!control) throw new Problem('forbidden', 'This is only for a sandbox on your own machine.')
  const foreign = notFromOwnPage(headers)
  if (foreign !== undefined)
    throw new Problem('forbidden', `Only a page of this marketplace on the same machine may do this: ${foreign}.`)
  return control
}

/** A wallet of the sandbox's chains for each user; there is no key of it. It is not the wallet that another user has proven. */
export function playWallet(chain: Chain, onliId: string): string {
  return addressOfAccount(chain, hash('sha256', `species sandbox wallet of ${onliId}`, 'buffer').subarray(0, 20))
}

function pay(control: Control): Endpoint {
  return endpoint(
    {
      method: 'post',
      path: '/marketplace/v1/sandbox/payments',
      operationId: 'payInSandbox',
      tag: 'Market',
      summary: 'Pay USDT on a chain of the sandbox',
      description:
        'From a wallet that the sandbox keeps for you, as a wallet of yours would. Only where every partner is the sandbox and the server listens on loopback, and only for a page of this marketplace on the same machine. Sent twice, it pays twice.',
      access: 'trade',
      body: {
        schema: z.strictObject({
          chain: chainSchema,
          address: z.string().min(20).max(64),
          amount: wireUsdtSchema.describe('USDT'),
        }),
        examples: {
          asQuoted: { chain: chains[0], address: '0x52908400098527886E0F7030069857D2E4169EE7', amount: '10.05' },
        },
      },
      problems: ['forbidden', 'service_unavailable'],
      responses: { 201: { description: 'It is in a block', schema: z.strictObject({ hash: z.string() }) } },
    },
    async ({ headers, principal, body: { chain, address, amount } }) => {
      const sandbox = controlFor(control, headers)
      const from = playWallet(chain, principal.onliId)
      const mined = await sandbox.order('POST', `/chains/${chain}/transfers`, {
        token: 'USDT',
        from,
        to: address,
        amount,
      })
      return json(201, { hash: minedSchema.parse(mined).hash }, { 'cache-control': 'no-store' })
    },
  )
}
