import { usdtOf } from '@species/contracts'
import type { Database } from '@species/database'
import { pgliteWith } from '@species/testing'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { maxAddedPerDay, maxAddresses } from '../app/manage-addresses.ts'
import { payoutsModule } from '../index.ts'
import { type World, createWorld, denied, formerlyOurs, ours } from '../test-world.ts'

let database: Database
let world: World
beforeAll(async () => {
  database = await pgliteWith(payoutsModule)
})
afterAll(() => database.close())
beforeEach(async () => {
  await database.script('TRUNCATE payouts.addresses CASCADE')
  world = createWorld(database)
})

const path = '/marketplace/v1/addresses'
const mine = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed'
const add = (address: string, as?: Parameters<World['ask']>[3], chain = 'ETH') =>
  world.ask('POST', path, { chain, address }, as)
const nth = (n: number): string => `0xa${n.toString(16).padStart(39, '0')}`
const statuses = async (onliId = 'ann'): Promise<unknown[]> =>
  ((await world.ask('GET', path, undefined, { onliId })).body['addresses'] as { status: string }[]).map(
    ({ status }) => status,
  )

it('makes an address usable only after the delay, and says when', async () => {
  const { status, body } = await add(mine)
  expect(status).toBe(201)
  expect(body).toMatchObject({ address: mine.toLowerCase(), status: 'waiting', addedBy: 'key_1' })
  world.clock.advance(86_399_999)
  expect(await statuses()).toEqual(['waiting'])
  world.clock.advance(1)
  expect(await statuses()).toEqual(['usable'])
  expect(world.announced).toMatchObject([
    { owner: 'ann', type: 'address.added', data: { address: mine.toLowerCase() } },
  ])
})

it('adds nothing without a confirmation, without the scope, or for another user', async () => {
  expect((await add(mine, { confirmed: false })).body.code).toBe('confirmation_required')
  expect((await add(mine, { scopes: ['read', 'trade', 'keys'] })).body.code).toBe('forbidden')
  expect(await statuses()).toEqual([])
  await add(mine, { onliId: 'bob' })
  expect(await statuses()).toEqual([])
})

it('adds nothing for a key with limits, also where a person confirms it', async () => {
  const limits = { payoutAddresses: [`ETH ${mine}`] }
  expect((await add(mine, { limits })).body.code).toBe('forbidden')
  expect(await statuses()).toEqual([])
})

it.each([
  ['a wrong checksum', `${mine.slice(0, -1)}D`, 'ETH'],
  ['the zero address', `0x${'0'.repeat(40)}`, 'ETH'],
  ['the token of this chain', usdtOf('ETH').address, 'ETH'],
  ['the token of another chain', usdtOf('BSC').address, 'POLYGON'],
  ['an address of ours', ours.toUpperCase().replace('0X', '0x'), 'POLYGON'],
  ['an address that was ours on another chain', formerlyOurs, 'ETH'],
  ['an address that is denied on another chain of the family', denied, 'ETH'],
  ['an address of another family', 'TJcEoDhS5UNbnR6zw6wF21FSbdBrhr8aSa', 'ETH'],
])('refuses %s', async (_what, address, chain) => {
  expect((await add(address, {}, chain)).body.code).toBe('address_refused')
  expect(await statuses()).toEqual([])
})

it('removes an address at once and without a confirmation; added again it waits again', async () => {
  const { addressId } = (await add(mine)).body as unknown as { addressId: string }
  world.clock.advance(86_400_000)
  expect((await world.ask('DELETE', `${path}/${addressId}`, undefined, { onliId: 'bob' })).status).toBe(404)
  expect(await statuses()).toEqual(['usable'])
  expect((await world.ask('DELETE', `${path}/${addressId}`, undefined, { confirmed: false })).status).toBe(204)
  expect(await statuses()).toEqual([])
  await add(mine)
  expect(await statuses()).toEqual(['waiting'])
})

it('answers the same address as it is: asking again neither shortens nor begins the delay anew', async () => {
  const first = await add(mine)
  world.clock.advance(1_000)
  expect((await add(mine.toLowerCase())).body).toEqual(first.body)
  expect(await statuses()).toHaveLength(1)
})

it('bounds the address book of a user, also while many are added at once', async () => {
  const all = await Promise.all(Array.from({ length: maxAddresses + 5 }, (_, n) => add(nth(n))))
  expect(all.filter(({ status }) => status === 201)).toHaveLength(maxAddresses)
  expect(all.find(({ status }) => status !== 201)?.body.code).toBe('too_many_addresses')
  expect((await add(mine, { onliId: 'bob' })).status).toBe(201)
})

it('bounds what a user adds in a day, removed or not', async () => {
  for (let n = 0; n < maxAddedPerDay; n++) {
    const { addressId } = (await add(nth(n))).body as unknown as { addressId: string }
    await world.ask('DELETE', `${path}/${addressId}`)
  }
  expect((await add(mine)).body.code).toBe('too_many_addresses')
  world.clock.advance(86_400_000)
  expect((await add(mine)).status).toBe(201)
})
