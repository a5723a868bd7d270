import {
  type AccessRefusal,
  type Action,
  type Chain,
  type Principal,
  addressFault,
  comparableAddress,
  familyOf,
} from '@species/contracts'
import { type Result, ok, refuse } from '@species/kernel'
import { toTimestamp } from '@species/platform'
import {
  type AddressRow,
  addressesOf,
  countAdded,
  findAddress,
  insertAddress,
  lockOwner,
  removeAddress,
} from '../adapters/address-rows.ts'
import { destinationFault } from '../domain/destination.ts'
import type { PayoutsDeps } from './deps.ts'

/** Addresses in the address book of one user. */
export const maxAddresses = 20
/** Addresses that one user adds in a day, also of those that they removed again. */
export const maxAddedPerDay = 50
const dayMs = 86_400_000

type Answer<T> = Promise<Result<T, AccessRefusal>>

/** A request that a person confirms, and their confirmation. */
export interface Confirmed {
  readonly action: Action
  readonly confirmation: string | null
}

/** Puts an address into its owner's address book. An address that is there already stays as it is, with its delay. */
export async function addAddress(
  deps: PayoutsDeps,
  principal: Principal,
  wanted: { readonly chain: Chain; readonly address: string; readonly label: string },
  { action, confirmation }: Confirmed,
): Answer<AddressRow> {
  const { chain, label } = wanted
  const { onliId: owner, keyId, limits } = principal
  if (limits !== undefined)
    return refuse('forbidden', 'A key with limits adds no address. Use a key of yours without limits.')
  const malformed = addressFault(chain, wanted.address)
  if (malformed !== undefined)
    return refuse('address_refused', `${wanted.address} is no address on ${chain}: ${malformed}.`)
  const address = comparableAddress(familyOf(chain), wanted.address)
  const history = await deps.config.chainHistory()
  return await deps.database.transaction(async (tx): Answer<AddressRow> => {
    await lockOwner(tx, owner)
    const confirmed = await deps.confirm(tx).confirm(principal, action, confirmation)
    if (!confirmed.ok) return confirmed
    const known = await findAddress(tx, owner, { chain, address })
    if (known) return ok(known)
    const { config } = await deps.latestConfig(tx).latest()
    const fault = destinationFault(chain, address, { chains: config.chains, history })
    if (fault !== undefined) return refuse('address_refused', `No money can be sent to ${wanted.address}: ${fault}.`)
    const nowMs = deps.clock.now()
    const [book, added] = [await addressesOf(tx, owner), await countAdded(tx, owner, nowMs - dayMs)]
    if (book.length >= maxAddresses)
      return refuse('too_many_addresses', `Your address book has ${maxAddresses} addresses. Remove one first.`)
    if (added >= maxAddedPerDay)
      return refuse('too_many_addresses', `You have added ${maxAddedPerDay} addresses in 24 hours. Add this one later.`)
    const row: AddressRow = {
      addressId: `adr_${deps.ids.uuid().replaceAll('-', '')}`,
      owner,
      chain,
      address,
      label,
      addedBy: keyId,
      confirmedBy: confirmed.value.by,
      createdAtMs: nowMs,
      usableAtMs: nowMs + config.payouts.addressDelayMs,
    }
    await insertAddress(tx, row)
    const data = { addressId: row.addressId, chain, address, usableAt: toTimestamp(row.usableAtMs) }
    await deps.announce(tx, { owner, type: 'address.added', key: row.addressId, data })
    return ok(row)
  })
}

export function listAddresses({ database }: Pick<PayoutsDeps, 'database'>, owner: string): Promise<AddressRow[]> {
  return addressesOf(database, owner)
}

/** Takes an address out at once. What is not sent to it yet is not sent any more. */
export async function dropAddress(
  { database, clock }: Pick<PayoutsDeps, 'database' | 'clock'>,
  owner: string,
  addressId: string,
): Answer<true> {
  const isRemoved = await database.transaction(async (tx) => {
    await lockOwner(tx, owner)
    return await removeAddress(tx, owner, addressId, clock.now())
  })
  return isRemoved ? ok(true) : refuse('not_found', 'There is no such address in your address book.')
}
