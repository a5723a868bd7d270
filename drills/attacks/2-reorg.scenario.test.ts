import { afterAll, beforeAll, expect, test } from 'vitest'
import { AttackStage, endOf, newId, until } from './attack-stage.ts'

let stage: AttackStage
beforeAll(async () => {
  stage = await AttackStage.start((config) => ({
    ...config,
    vanishedAfterMs: 20_000,
    chains: { ...config.chains, ETH: { ...config.chains.ETH, confirmations: 1 } },
  }))
})
afterAll(() => stage.endWell())

/** Bob's trade, whose payment is mined again. */
const minedAgain = newId()

test('a payment that is mined again at another log index stands, and pays for nothing a second time', async () => {
  const proof = await stage.pay('bob', '10.05', { confirmations: 1 })
  const payWith = { chain: 'ETH', proof }
  const first = await stage.trade('bob', { eventId: minedAgain, to: 'treasury', amount: 10, payWith })
  expect(endOf(first)).toBe('COMPLETED')
  await stage.control('/chains/ETH/reorg', { depth: 1, moveLogs: 2 })
  expect(endOf(await stage.trade('bob', { to: 'treasury', amount: 10, payWith }))).toBe('already_claimed')
  expect([await stage.credit('bob'), (await stage.units('bob')).total]).toEqual([0, 10])
  // Deep enough below what the next reorganisation drops.
  await stage.control('/chains/ETH/blocks', { count: 20 })
}, 60_000)

// The first look back at a claim is two confirmations later: 24 s on ETH with one.
test('a payment that a reorganisation undoes is disputed: a receipt supersedes the first, the payer owes, and is frozen', async () => {
  const eventId = newId()
  const proof = await stage.pay('alice', '10.05', { confirmations: 1 })
  const first = await stage.trade('alice', {
    eventId,
    to: 'treasury',
    amount: 10,
    payWith: { chain: 'ETH', proof },
  })
  expect(endOf(first)).toBe('COMPLETED')
  await stage.control('/chains/ETH/reorg', { depth: 10 })
  await until(
    () => stage.state('alice', eventId),
    (state) => state === 'disputed',
    100_000,
  )
  const { client } = stage.players.alice
  const { receipt } = await until(
    () => client.getReceipt(eventId),
    (now) => now.receipt['receiptId'] !== first.receiptId,
  )
  expect(receipt).toMatchObject({ status: 'DISPUTED', supersedes: first.receiptId, eventId })
  expect((await client.getReceipt(first.receiptId)).receipt).toEqual(first)
  const balance = (await client.balance('alice')) as { usdt: { receivable: string }; species: { total: string } }
  expect([balance.usdt.receivable, balance.species.total]).toEqual(['10.050000', '10'])
  const onward = stage.trade('alice', { to: 'bob', amount: 10 })
  await expect(onward).rejects.toMatchObject({ status: 403, code: 'user_suspended' })

  // Bob's was claimed earlier and looked for as often by now; it was found where it had moved to.
  expect(await stage.state('bob', minedAgain)).toBe('completed')
  expect(await stage.doctor()).toMatchObject({ healthy: true })
  expect(endOf(await stage.trade('bob', { to: 'carol', amount: 10 }))).toBe('COMPLETED')
}, 150_000)
