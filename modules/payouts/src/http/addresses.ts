import { chainSchema, confirmationHeader } from '@species/contracts'
import { type Endpoint, endpoint, json } from '@species/http'
import { z } from 'zod'
import type { PayoutsDeps } from '../app/deps.ts'
import { addAddress, dropAddress, listAddresses } from '../app/manage-addresses.ts'
import { addressSchema, addressView, notStored, valueOf } from './wire.ts'

const base = '/marketplace/v1/addresses'

const wantedSchema = z.strictObject({
  chain: chainSchema,
  address: z.string().min(20).max(64).describe('EVM: with its checksum (EIP-55), or in one case; TRON: base58check'),
  label: z.string().max(80).default(''),
})

/** The address book: adds, lists and removes addresses that money can be sent to. */
export function addressEndpoints(deps: PayoutsDeps): Endpoint[] {
  return [add(deps), list(deps), remove(deps)]
}

function add(deps: PayoutsDeps): Endpoint {
  return endpoint(
    {
      method: 'post',
      path: base,
      operationId: 'addAddress',
      tag: 'Money out',
      summary: 'Add an address to your address book',
      description:
        'Money is sent only to addresses that are in it, and only after a delay, a day by default. You can have 20. A passkey of yours confirms the request (in a sandbox a second key may). An address that is there already is answered as it is.',
      access: 'payout',
      requestHeaders: [confirmationHeader],
      body: {
        schema: wantedSchema,
        examples: {
          wallet: { chain: 'ETH', address: '0x52908400098527886E0F7030069857D2E4169EE7', label: 'my wallet' },
        },
      },
      problems: ['confirmation_required', 'confirmation_invalid', 'address_refused', 'too_many_addresses'],
      responses: { 201: { description: 'The address, added now or before', schema: addressSchema } },
    },
    async ({ principal, body, rawBody, headers }) => {
      const action = { method: 'POST', path: base, body: rawBody }
      const confirmation = headers.get(confirmationHeader)
      const added = valueOf(await addAddress(deps, principal, body, { action, confirmation }))
      return json(201, addressView(added, deps.clock.now()), notStored)
    },
  )
}

function list(deps: PayoutsDeps): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: base,
      operationId: 'listAddresses',
      tag: 'Money out',
      summary: 'Your address book, newest first',
      description: 'With the time from which money can be sent to each.',
      access: 'read',
      problems: [],
      responses: {
        200: { description: 'The addresses', schema: z.strictObject({ addresses: z.array(addressSchema) }) },
      },
    },
    async ({ principal }) => {
      const nowMs = deps.clock.now()
      const addresses = (await listAddresses(deps, principal.onliId)).map((row) => addressView(row, nowMs))
      return json(200, { addresses }, notStored)
    },
  )
}

function remove(deps: PayoutsDeps): Endpoint {
  return endpoint(
    {
      method: 'delete',
      path: `${base}/{addressId}`,
      operationId: 'removeAddress',
      tag: 'Money out',
      summary: 'Remove an address at once',
      description:
        'What is not being sent to it yet is not sent. It needs no confirmation. Added again it waits again.',
      access: 'payout',
      whileSuspended: true,
      params: z.object({ addressId: z.string().regex(/^adr_[0-9a-f]{32}$/) }),
      problems: ['not_found'],
      responses: { 204: { description: 'It is removed', schema: 'empty' } },
    },
    async ({ principal, params }) => {
      valueOf(await dropAddress(deps, principal.onliId, params.addressId))
      return new Response(null, { status: 204 })
    },
  )
}
