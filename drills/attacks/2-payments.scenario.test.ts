import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AttackStage, type Name, type Receipt, endOf, newId, until } from './attack-stage.ts'

let stage: AttackStage
beforeAll(async () => {
  stage = await AttackStage.start()
})
afterAll(() => stage.endWell())

const buyWith = async (name: Name, amount: number, proof: string, more: object = {}): Promise<Receipt> =>
  await stage.trade(name, { to: 'treasury', amount, payWith: { chain: 'ETH', proof, ...more } })

describe('a payment pays once', () => {
  test('in a hundred events sent at once exactly one is completed, and its units are issued once', async () => {
    const proof = await stage.pay('alice', '12')
    const all = Array.from({ length: 100 }, () => buyWith('alice', 10, proof))
    const ends = (await Promise.all(all)).map(endOf).sort()
    expect(ends).toEqual(['COMPLETED', ...Array.from({ length: 99 }, () => 'already_claimed')])
    expect(await stage.units('alice')).toEqual({ available: 10, held: 0, total: 10 })
    expect(await stage.vault('vault-alice')).toBe(10)
    expect(await stage.credit('alice')).toBeCloseTo(12 - 10.05, 6)
  }, 90_000)

  test('however its hash is written', async () => {
    const proof = await stage.pay('bob', '100')
    const digits = proof.slice(2)
    expect(endOf(await buyWith('bob', 3, digits.toUpperCase()))).toBe('COMPLETED')
    for (const same of [proof, digits, `0x${digits.toUpperCase()}`])
      expect(endOf(await buyWith('bob', 1, same))).toBe('already_claimed')
    expect(endOf(await buyWith('bob', 1, `0X${digits}`))).toBe('proof_unsupported')
    expect(endOf(await buyWith('bob', 1, proof, { logIndex: 0 }))).not.toBe('COMPLETED')
    expect((await stage.units('bob')).total).toBe(3)
  })

  test('only on the chain it is on', async () => {
    const proof = await stage.pay('alice', '20')
    await stage.configure((config) => ({ ...config, deadlines: { ...config.deadlines, paymentMs: 1_500 } }))
    try {
      const before = await stage.units('alice')
      const elsewhere = await stage.trade('alice', { to: 'treasury', amount: 5, payWith: { chain: 'POLYGON', proof } })
      expect(endOf(elsewhere)).toBe('payment_not_found')
      expect(await stage.units('alice')).toEqual(before)
    } finally {
      await stage.configure((config) => ({ ...config, deadlines: { ...config.deadlines, paymentMs: 3_600_000 } }))
    }
    expect(endOf(await buyWith('alice', 5, proof))).toBe('COMPLETED')
  })

  test('not twice where the partner tells every log twice', async () => {
    const proof = await stage.pay('carol', '5')
    await stage.control('/faults', { partner: 'moralis', kind: 'duplicate' })
    try {
      const before = await stage.credit('carol')
      expect(endOf(await buyWith('carol', 2, proof))).toBe('COMPLETED')
      expect((await stage.credit('carol')) - before).toBeCloseTo(5 - 2.01, 6)
    } finally {
      await stage.noFaults()
    }
  })
})

describe('what is no payment gives nothing', () => {
  test.each([
    ['a token that only looks like USDT', 'wrong_token', { token: '0xdac17f958d2ee523a2206206994597c13d831ec8' }],
    ['money sent to an address like ours', 'wrong_recipient', { to: '0x5ec1e55ec1e55ec1e55ec1e55ec1e55ec1e50002' }],
    ['a failed transaction', 'failed_transaction', { status: 'failed' as const }],
  ])('%s is refused', async (_name, code, options) => {
    const before = [await stage.units('carol'), await stage.credit('carol')]
    expect(endOf(await buyWith('carol', 5, await stage.pay('carol', '50', options)))).toBe(code)
    expect([await stage.units('carol'), await stage.credit('carol')]).toEqual(before)
  })

  test('something that is no hash is refused at once', async () => {
    expect(endOf(await buyWith('carol', 5, 'deadbeef'))).toBe('proof_unsupported')
  })

  test('a payment of somebody else is refused, and stays his', async () => {
    const proof = await stage.pay('alice', '8')
    expect(endOf(await buyWith('carol', 5, proof))).toBe('not_bound')
    expect(endOf(await buyWith('alice', 5, proof))).toBe('COMPLETED')
  })

  test('too little money is refused, is kept as credit, and then pays', async () => {
    const before = await stage.credit('carol')
    const receipt = await buyWith('carol', 100, await stage.pay('carol', '30'))
    expect(endOf(receipt)).toBe('insufficient_payment')
    expect(receipt['credited']).toBe('30.000000')
    expect((await stage.credit('carol')) - before).toBeCloseTo(30, 6)
    const payWith = { source: 'credit' }
    expect(endOf(await stage.trade('carol', { to: 'treasury', amount: 20, payWith }))).toBe('COMPLETED')
    expect((await stage.credit('carol')) - before).toBeCloseTo(30 - 20.1, 6)
    expect(endOf(await stage.trade('carol', { to: 'treasury', amount: 1_000, payWith }))).toBe('insufficient_payment')
  })
})

describe('a payment counts when it is final', () => {
  test('with too few confirmations the event waits, and is completed when the blocks are there', async () => {
    const eventId = newId()
    const proof = await stage.pay('bob', '6', { confirmations: 1 })
    const { client } = stage.players.bob
    await client.submitEvent({ eventId, from: 'bob', to: 'treasury', amount: 5, payWith: { chain: 'ETH', proof } })
    await until(
      () => stage.state('bob', eventId),
      (state) => state === 'waiting',
    )
    expect(await stage.units('bob')).toMatchObject({ total: 3 })
    await stage.control('/chains/ETH/blocks', { count: 12 })
    expect((await client.waitForEnd(eventId)).state).toBe('completed')
    expect(await stage.units('bob')).toEqual({ available: 8, held: 0, total: 8 })
  }, 60_000)

  test('after its deadline the event is refused, and the money that is final later is credit', async () => {
    await stage.configure((config) => ({ ...config, deadlines: { ...config.deadlines, paymentMs: 1_000 } }))
    try {
      const before = await stage.credit('bob')
      const proof = await stage.pay('bob', '7', { confirmations: 1 })
      expect(endOf(await buyWith('bob', 5, proof))).toBe('payment_not_final')
      await stage.control('/chains/ETH/blocks', { count: 12 })
      const credit = await until(
        () => stage.credit('bob'),
        (now) => now !== before,
        40_000,
      )
      expect(credit - before).toBeCloseTo(7, 6)
      expect((await stage.units('bob')).total).toBe(8)
    } finally {
      await stage.configure((config) => ({ ...config, deadlines: { ...config.deadlines, paymentMs: 3_600_000 } }))
    }
  }, 90_000)
})
