import type { Chain, ChainHint } from '@species/contracts'
import { unknown, yes } from '@species/kernel'
import type { Database } from '@species/database'
import { pgliteWith } from '@species/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createWatch, depositsModule } from '../index.ts'
import { createDeposits } from '../module.ts'
import { type World, createWorld, hashOf, minuteMs, ours, payer } from '../test-world.ts'

let database: Database
beforeAll(async () => {
  database = await pgliteWith(depositsModule)
})
afterAll(() => database.close())
beforeEach(() => database.script('TRUNCATE deposits.addresses; TRUNCATE deposits.transfers, deposits.transactions'))

const found = async (address = ours): Promise<string[]> => {
  const transfers = await depositsModule.queries(database).transfersTo('ETH', [address], 0)
  return transfers.map(({ hash, amountMicro, nth, status }) => `${hash.slice(-2)} ${amountMicro} #${nth} ${status}`)
}
async function faults({ deps }: World): Promise<string[]> {
  const { values } = await deps.metrics.depositFaults.get()
  return values.map(({ labels, value }) => `${labels.chain} ${labels.fault} ${value}`)
}

describe('money that comes in', () => {
  test('is found without an announcement, each transfer once however often it is listed, and followed until it is final', async () => {
    const world = createWorld(database)
    world.chains.pay(1, [5_000_000n, 5_000_000n, 7n])
    await world.pass(minuteMs)
    expect(await found()).toEqual(['01 5000000 #0 seen', '01 5000000 #1 seen', '01 7 #0 seen'])
    await world.pass(3 * minuteMs)
    expect(await found()).toEqual(['01 5000000 #0 final', '01 5000000 #1 final', '01 7 #0 final'])
    expect(world.told()).toEqual(['01 seen', '01 final'])
  })

  test('is found on an address that was leased, at an address that is in use no more, and nowhere else', async () => {
    const world = createWorld(database)
    const [leased, strange] = [`0x${'7'.repeat(40)}`, `0x${'8'.repeat(40)}`]
    await world.pass(0)
    const quickUntilMs = world.clock.now() + 15 * minuteMs
    await database.transaction((tx) => createWatch(world.clock)(tx, [{ chain: 'ETH', address: leased, quickUntilMs }]))
    world.change({ depositAddresses: [strange.replace(/8/g, '9')] })
    world.chains.pay(1, [1n], { to: leased })
    world.chains.pay(2, [2n], { to: strange })
    world.chains.pay(3, [3n])
    await world.pass(11 * minuteMs)
    expect([await found(leased), await found(strange), await found()]).toEqual([
      ['01 1 #0 final'],
      [],
      ['03 3 #0 final'],
    ])
  })

  test('of a failed transaction, of another token, or worth less than a millionth is nothing', async () => {
    const world = createWorld(database, ['ETH', 'BSC'])
    world.chains.pay(1, [5n], { succeeded: false })
    const token = { logIndex: 1, tokenAddress: payer, fromAddress: payer, toAddress: ours, rawValue: 5n }
    world.chains.pay(2, [], { transfers: [token] })
    world.chains.pay(3, [10n ** 11n], { chain: 'BSC' })
    await world.pass(5 * minuteMs)
    expect(await depositsModule.queries(database).transfersTo('BSC', [ours], 0)).toEqual([])
    expect([await found(), world.told()]).toEqual([[], []])
  })

  test('that a reorganisation takes is gone after five looks and no sooner; when it is back, it is the same transfer', async () => {
    const world = createWorld(database)
    world.chains.pay(1, [5n])
    await world.pass(minuteMs)
    world.chains.drop(1)
    await world.pass(6 * minuteMs)
    expect(await found()).toEqual(['01 5 #0 seen'])
    await world.pass(10 * minuteMs)
    expect(await found()).toEqual(['01 5 #0 gone'])
    world.chains.pay(1, [5n])
    await world.pass(15 * minuteMs)
    expect(await found()).toEqual(['01 5 #0 final'])
    expect(world.told()).toEqual(['01 seen', '01 gone', '01 final'])
  })

  test('that was final and vanishes all the same is gone', async () => {
    const world = createWorld(database)
    world.chains.pay(1, [5n])
    await world.pass(4 * minuteMs)
    world.chains.drop(1)
    await world.pass(25 * minuteMs)
    expect(await found()).toEqual(['01 5 #0 gone'])
  })

  test('on a halted chain is neither followed nor given up', async () => {
    const world = createWorld(database)
    world.chains.pay(1, [5n])
    await world.pass(minuteMs)
    world.change({ halted: true })
    world.chains.drop(1)
    await world.pass(12 * minuteMs)
    expect(await found()).toEqual(['01 5 #0 seen'])
  })
})

describe('a webhook of a partner', () => {
  const deliver = async (world: World, hint: ChainHint): Promise<number | string> => {
    const { endpoints } = createDeposits({ ...world.deps, chainHints: { read: () => hint } })
    const hook = endpoints.find(({ spec }) => spec.path === '/webhooks/moralis')
    const answer = hook?.handle({ rawBody: '', headers: new Headers() } as never)
    return await Promise.resolve(answer).then(
      (response) => response?.status ?? 0,
      (error: unknown) => (error as { code: string }).code,
    )
  }
  const look = (chain: Chain, ...addresses: string[]): ChainHint => ({ kind: 'look', chain, addresses, payments: [] })
  const payments = (...hashes: string[]): ChainHint => ({
    kind: 'look',
    chain: 'ETH',
    addresses: [ours],
    payments: hashes.map((hash) => ({ toAddress: ours, hash })),
  })

  test('has a payment that no list shows yet read from its chain, and told of', async () => {
    const world = createWorld(database)
    await world.pass(1_000, 1_000)
    world.chains.lie = (_request, page) => yes({ ...page, hashes: [] })
    const hash = world.chains.pay(1, [5n])
    expect(await deliver(world, payments(hash, hashOf(99)))).toBe(200)
    await world.pass(1_000, 1_000)
    expect(await found()).toEqual(['01 5 #0 seen'])
    expect(world.told()).toEqual(['01 seen'])
  })

  test('has a payment that is final looked at again at once, and told of as final', async () => {
    const world = createWorld(database)
    const hash = world.chains.pay(1, [5n])
    await world.pass(1_000, 1_000)
    const [row] = await database.query<{ due_at: Date }>('SELECT due_at FROM deposits.transactions')
    const mined = world.chains.mined.get(`ETH ${hash}`)
    if (mined) world.chains.mined.set(`ETH ${hash}`, { ...mined, block: mined.block - 20 })
    expect(row?.due_at.getTime()).toBeGreaterThan(world.clock.now())
    expect(await deliver(world, payments(hash))).toBe(200)
    await world.pass(0)
    expect(world.told()).toEqual(['01 seen', '01 final'])
  })

  test('has the chain asked at once, whatever it says; what it claims itself is believed in nothing', async () => {
    const world = createWorld(database)
    await world.pass(1_000, 1_000)
    world.chains.pay(1, [5n])
    expect(await deliver(world, look('ETH', ours))).toBe(200)
    await world.pass(1_000, 1_000)
    expect(await found()).toEqual(['01 5 #0 seen'])
    expect(await deliver(world, look('ETH'))).toBe(200)
    await world.pass(1_000, 1_000)
    expect(await found()).toEqual(['01 5 #0 seen'])
  })

  test('that is forged is refused, and one that tries the address or is of another stream is answered and does nothing', async () => {
    const world = createWorld(database)
    await world.pass(1_000, 1_000)
    const asked = world.chains.asked.length
    expect(await deliver(world, { kind: 'forged' })).toBe('invalid_signature')
    for (const kind of ['test', 'unknown_stream', 'unreadable'] as const)
      expect(await deliver(world, { kind })).toBe(200)
    await world.pass(0)
    expect(world.chains.asked).toHaveLength(asked)
  })
})

describe('a list of transfers', () => {
  test('is read page by page to its end, over several runs', async () => {
    const world = createWorld(database)
    world.chains.pageRows = 3
    for (let n = 1; n <= 70; n++) world.chains.pay(n, [5n])
    await world.pass(20_000, 1_000)
    expect(await found()).toHaveLength(70)
    const through = await depositsModule.queries(database).readThrough('ETH', [ours])
    expect(world.clock.now() - (through.get(ours) ?? 0)).toBeLessThan(30_000)
  })

  test('that was read is read again from some way before its end, so that what comes late on it is found', async () => {
    const world = createWorld(database)
    await world.pass(20 * minuteMs)
    world.chains.pay(1, [5n], { block: world.chains.height('ETH') - 40 })
    await world.pass(minuteMs)
    expect(await found()).toEqual(['01 5 #0 final'])
  })

  test('that repeats itself or never ends is given up and begun again later, and passes over nothing', async () => {
    const world = createWorld(database)
    world.chains.pageRows = 1
    for (let n = 1; n <= 3; n++) world.chains.pay(n, [5n])
    world.chains.lie = ({ chain }, page) => yes(chain === 'ETH' ? { ...page, next: '0' } : page)
    await world.pass(minuteMs)
    expect(await faults(world)).toEqual([expect.stringMatching(/^ETH looping [1-9]/)])
    let calls = 0
    world.chains.lie = ({ chain }, page) => yes(chain === 'ETH' ? { ...page, next: `more ${calls++}` } : page)
    await world.pass(2 * minuteMs, 1_000)
    expect(await faults(world)).toContainEqual(expect.stringMatching(/^ETH endless [1-9]/))
    world.chains.lie = ({ page: asked = '0' }, page) => (asked.startsWith('more') ? unknown('no such page') : yes(page))
    await world.pass(10 * minuteMs)
    expect(await found()).toHaveLength(3)
  })

  test('that lacked something for an hour is read from a day back, so that it is found all the same', async () => {
    const world = createWorld(database)
    world.chains.pay(1, [5n])
    world.chains.lie = (_, page) => yes({ ...page, hashes: [] })
    await world.pass(50 * minuteMs)
    world.chains.lie = (_, page) => yes(page)
    await world.pass(20 * minuteMs)
    expect(await found()).toEqual(['01 5 #0 final'])
  })

  test('that names what is not there makes nothing of it, and is not asked for more once too much is unread', async () => {
    const world = createWorld(database)
    world.chains.lie = ({ chain }, page) => yes(chain === 'ETH' ? { ...page, hashes: [hashOf(99)] } : page)
    await world.pass(35 * minuteMs)
    expect([await found(), world.told()]).toEqual([[], []])
    await database.query(
      `INSERT INTO deposits.transactions (chain, tx_hash, status, listed_at) SELECT 'ETH', n::text, 'listed', now() FROM generate_series(1, 10000) n`,
    )
    await world.pass(minuteMs)
    expect(await faults(world)).toContainEqual(expect.stringMatching(/^ETH too_many_unread/))
  })

  test('of a silent chain holds up no other chain', async () => {
    const world = createWorld(database, ['ETH', 'BSC'])
    world.chains.isSilent = (chain) => chain === 'ETH'
    world.chains.pay(1, [5_000_000_000_000_000_000n], { chain: 'BSC' })
    world.chains.pay(2, [5n])
    await world.pass(minuteMs)
    expect(await depositsModule.queries(database).transfersTo('BSC', [ours], 0)).toHaveLength(1)
    world.chains.isSilent = () => false
    await world.pass(6 * minuteMs)
    expect(await found()).toEqual(['02 5 #0 final'])
  })
})
