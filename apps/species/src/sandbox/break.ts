import { chainSchema, chains } from '@species/contracts'
import { type Endpoint, endpoint, json } from '@species/http'
import { z } from 'zod'
import type { SandboxControl } from './control.ts'
import { controlFor } from './play.ts'

type Control = SandboxControl | undefined

const base = '/admin/v1/sandbox'
const shared = { tag: 'Operations', access: 'operator' } as const
const onlyAtHome =
  'Only where every partner is the sandbox and the server listens on loopback, and only for a page of this marketplace on the same machine.'
const noStore = { 'cache-control': 'no-store' }

const partnerSchema = z.enum(['moralis', 'tron', 'onli', 'firefly'])
const faultSchema = z.object({ id: z.string(), partner: partnerSchema, kind: z.string() })
const stateSchema = z.object({ chains: z.record(z.string(), z.object({ head: z.number() })) })
const headSchema = z.object({ head: z.number() })

/** What an operator does to the sandbox of their own machine, to see how the marketplace copes. */
export function breakEndpoints(control: Control): Endpoint[] {
  return [read(control), mine(control), reorganise(control), breakPartner(control), mend(control)]
}

function read(control: Control): Endpoint {
  return endpoint(
    {
      ...shared,
      role: 'viewer',
      method: 'get',
      path: base,
      operationId: 'readSandbox',
      summary: 'The chains of the sandbox, and what is broken in it',
      description: onlyAtHome,
      problems: ['forbidden', 'service_unavailable'],
      responses: {
        200: {
          description: 'Heads of the chains, and the faults in force',
          schema: z.strictObject({
            chains: z.array(z.strictObject({ chain: z.string(), head: z.number() })),
            faults: z.array(faultSchema),
          }),
        },
      },
    },
    async ({ headers }) => {
      const sandbox = controlFor(control, headers)
      const { chains } = stateSchema.parse(await sandbox.order('GET', '/state'))
      const { faults } = z.object({ faults: z.array(faultSchema) }).parse(await sandbox.order('GET', '/faults'))
      const heads = Object.entries(chains).map(([chain, { head }]) => ({ chain, head }))
      return json(200, { chains: heads, faults }, noStore)
    },
  )
}

function mine(control: Control): Endpoint {
  const schema = z.strictObject({ chain: chainSchema, count: z.number().int().min(1).max(1_000) })
  return endpoint(
    {
      ...shared,
      role: 'operator',
      method: 'post',
      path: `${base}/blocks`,
      operationId: 'mineSandboxBlocks',
      audit: { action: 'sandbox.mine', target: ({ body }) => body.chain },
      summary: 'Mine blocks on a chain of the sandbox',
      description: `Confirmations come at once. ${onlyAtHome}`,
      body: { schema, examples: { dozen: { chain: chains[0], count: 12 } } },
      problems: ['forbidden', 'service_unavailable'],
      responses: { 200: { description: 'The new head', schema: headSchema } },
    },
    async ({ headers, body: { chain, count } }) => {
      const answer = await controlFor(control, headers).order('POST', `/chains/${chain}/blocks`, { count })
      return json(200, { head: headSchema.parse(answer).head }, noStore)
    },
  )
}

function reorganise(control: Control): Endpoint {
  const schema = z.strictObject({ chain: chainSchema, depth: z.number().int().min(1).max(100) })
  return endpoint(
    {
      ...shared,
      role: 'operator',
      method: 'post',
      path: `${base}/reorganisations`,
      operationId: 'reorganiseSandboxChain',
      audit: { action: 'sandbox.reorganise', target: ({ body }) => body.chain },
      summary: 'Drop the newest blocks of a chain of the sandbox, with their payments',
      description: onlyAtHome,
      body: { schema, examples: { shallow: { chain: chains[0], depth: 3 } } },
      problems: ['forbidden', 'service_unavailable'],
      responses: { 200: { description: 'The new head', schema: headSchema } },
    },
    async ({ headers, body: { chain, depth } }) => {
      const answer = await controlFor(control, headers).order('POST', `/chains/${chain}/reorg`, { depth })
      return json(200, { head: headSchema.parse(answer).head }, noStore)
    },
  )
}

function breakPartner(control: Control): Endpoint {
  const schema = z.strictObject({
    partner: partnerSchema,
    kind: z.enum(['down', 'error']).describe('`down`: no answer; `error`: an error for an answer'),
  })
  return endpoint(
    {
      ...shared,
      role: 'operator',
      method: 'post',
      path: `${base}/faults`,
      operationId: 'breakSandboxPartner',
      audit: { action: 'sandbox.break', target: ({ body }) => body.partner },
      summary: 'Break a partner of the sandbox, until it is mended',
      description: onlyAtHome,
      body: { schema, examples: { down: { partner: 'onli', kind: 'down' } } },
      problems: ['forbidden', 'service_unavailable'],
      responses: { 201: { description: 'The fault', schema: faultSchema } },
    },
    async ({ headers, body }) => {
      const fault = faultSchema.parse(await controlFor(control, headers).order('POST', '/faults', body))
      return json(201, fault, noStore)
    },
  )
}

function mend(control: Control): Endpoint {
  return endpoint(
    {
      ...shared,
      role: 'operator',
      method: 'delete',
      path: `${base}/faults/{faultId}`,
      operationId: 'mendSandboxPartner',
      audit: { action: 'sandbox.mend', target: ({ params }) => params.faultId },
      summary: 'End a fault of the sandbox',
      description: onlyAtHome,
      params: z.strictObject({ faultId: z.string().regex(/^fault-\d{1,9}$/) }),
      problems: ['forbidden', 'service_unavailable', 'invalid_request'],
      responses: { 204: { description: 'It is mended', schema: 'empty' } },
    },
    async ({ headers, params: { faultId } }) => {
      await controlFor(control, headers).order('DELETE', `/faults/${faultId}`)
      return new Response(null, { status: 204 })
    },
  )
}
