import { notYet, yes } from '@species/kernel'
import type { Database } from '@species/database'
import { Problem } from '@species/http'
import { type Approver, pgliteWith, twoPeople } from '@species/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ValidatorDeps } from '../app/deps.ts'
import { recheckClaims } from '../app/follow-claims.ts'
import { createClaims, validatorModule } from '../index.ts'
import { type ScriptedChain, type ScriptedConfig, hash, minuteMs, ours, paid, world } from '../test-world.ts'
import { postClaim } from './post-claim.ts'
import { recheckClaimsNow } from './recheck-claims.ts'

let database: Database
beforeAll(async () => {
  database = await pgliteWith(validatorModule)
})
afterAll(() => database.close())
beforeEach(() => database.script('TRUNCATE validator.claims'))

/** The status of an operator's claim, or the code of its problem. */
async function claim(deps: ValidatorDeps, body: { payer: string; logIndex?: number }): Promise<number | string> {
  try {
    const { status } = await postClaim(deps).handle({
      principal: { onliId: 'olga', keyId: 'key_1', scopes: ['operator'] },
      body: { chain: 'ETH', proof: hash, reason: 'paid before the proof', ...body },
      trace: 'trace',
      changed: () => undefined,
    } as unknown as Parameters<ReturnType<typeof postClaim>['handle']>[0])
    return status
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return error.code
  }
}

interface ClaimView {
  payer: string
  missing: number
  vanishedAt?: string
}

/** What an operator is told of the claims of the transaction. */
async function recheck(deps: ValidatorDeps): Promise<ClaimView[]> {
  const response = await recheckClaimsNow(deps).handle({
    principal: { onliId: 'olga', keyId: 'key_1', scopes: ['operator'] },
    body: { chain: 'ETH', proof: hash },
  } as unknown as Parameters<ReturnType<typeof recheckClaimsNow>['handle']>[0])
  return ((await response.json()) as { claims: ClaimView[] }).claims
}

describe('an operator’s claim', () => {
  test('that is refused as claimed, of money that the chain shows otherwise by now, can be made in the end', async () => {
    const { deps, chain, clock } = world(database)
    chain.answer = paid(12)
    expect(await claim(deps, { payer: 'alice' })).toBe(201)
    // Long after the last re-check.
    for (let look = 0; look < 3; look++) {
      clock.advance(24 * 60 * minuteMs)
      await recheckClaims(deps)
    }
    chain.answer = notYet('not_found')
    for (let look = 0; look < 5; look++) {
      expect(await recheck(deps)).toMatchObject([{ payer: 'alice', missing: look }])
      await recheckClaims(deps)
      clock.advance(10 * minuteMs)
    }
    expect(await recheck(deps)).toMatchObject([{ payer: 'alice', vanishedAt: expect.any(String) as string }])
    chain.answer = paid(12)
    expect(await claim(deps, { payer: 'alice' })).toBe(201)
    expect(await validatorModule.queries(database).paymentsClaimed()).toBe(5_000_000n)
  })

  test('is not taken where the chain is halted while it is asked', async () => {
    const { deps, chain, configs } = world(database)
    chain.answer = paid(12)
    chain.meanwhile = async () => {
      configs.change({ halted: true })
    }
    expect(await claim(deps, { payer: 'alice' })).toBe('service_unavailable')
    expect(await validatorModule.queries(database).paymentsClaimed()).toBe(0n)
    chain.meanwhile = async () => undefined
    configs.change({ halted: false })
    expect(await claim(deps, { payer: 'alice' })).toBe(201)
  })

  test('gives nobody a payment from a wallet that another had proven before', async () => {
    const { deps, chain } = world(database)
    chain.answer = paid(12)
    expect(await claim(deps, { payer: 'liquidity_pool' })).toBe('not_bound')
    expect(await validatorModule.queries(database).paymentsClaimed()).toBe(0n)
  })

  test('of a payment that had vanished and is back in its place is taken: the money is there', async () => {
    const { deps, chain } = world(database)
    chain.answer = paid(12)
    expect(await claim(deps, { payer: 'alice' })).toBe(201)
    expect(await claim(deps, { payer: 'alice' })).toBe('already_claimed')
    await database.query('UPDATE validator.claims SET vanished_at = claimed_at')
    expect(await claim(deps, { payer: 'alice' })).toBe(201)
    expect(await claim(deps, { payer: 'alice' })).toBe('already_claimed')
    expect(await validatorModule.queries(database).paymentsClaimed()).toBe(5_000_000n)
  })

  test('of a transaction in which several paid takes the named transfer and no other', async () => {
    const { deps, chain } = world(database)
    const own = paid(12, [3])
    if (own.kind !== 'yes') throw new Error('the chain shows a payment')
    const [first] = own.value.transfers
    if (!first) throw new Error('with a transfer')
    const another = { ...first, logIndex: 8, fromAddress: `0x${'2'.repeat(40)}`, rawValue: 7_000_000n }
    chain.answer = yes({ ...own.value, transfers: [first, another] })
    expect(await claim(deps, { payer: 'liquidity_pool' })).toBe('invalid_request')
    expect(await claim(deps, { payer: 'liquidity_pool', logIndex: 8 })).toBe(201)
    expect(await validatorModule.queries(database).paymentsClaimed()).toBe(7_000_000n)
  })
})

describe('the word of one person', () => {
  const stranger = `0x${'2'.repeat(40)}`
  const transfer = {
    chain: 'ETH',
    hash,
    fromAddress: stranger,
    toAddress: ours,
    rawValue: 5_000_000n,
    nth: 0,
    logIndex: 3,
    amountMicro: 5_000_000n,
    blockNumber: 7,
    blockTimeMs: Date.UTC(2026, 0, 1),
  } as const
  const note = { nowMs: 1_000, trace: 'trace' }
  let approver: Approver
  let deps: ValidatorDeps
  let chain: ScriptedChain
  let configs: ScriptedConfig
  let clock: { advance(ms: number): void }
  let published: readonly unknown[]
  beforeEach(() => {
    approver = twoPeople(database)
    ;({ deps, chain, clock, configs, published } = world(database, {}, approver.secondPerson))
    chain.answer = paid(12, [3], [stranger])
  })
  const toSuspense = (): Promise<unknown> =>
    createClaims(deps.latestConfig)(database).claim(transfer, { kind: 'suspense', ref: 's-1' }, note)
  const holders = (): Promise<unknown[]> =>
    database.query('SELECT holder, payer, booked_from FROM validator.claims WHERE vanished_at IS NULL')
  const inSuspense = { holder: 'suspense', payer: null, booked_from: null }

  test('gives no money in suspense away: a second person approves, and then it is done once', async () => {
    await toSuspense()
    for (const payer of ['alice', 'liquidity_pool']) expect(await claim(deps, { payer })).toBe(202)
    expect(await holders()).toEqual([inSuspense])
    expect(published).toEqual([])
    await approver.approve()
    expect(await holders()).toEqual([{ holder: 'event', payer: 'liquidity_pool', booked_from: 'suspense' }])
    expect(published).toHaveLength(1)
    await expect(approver.approve()).rejects.toThrow('already_claimed')
    expect(published).toHaveLength(1)
  })

  test('credits no user, also before the money is in suspense, and the approval takes it from there', async () => {
    expect(await claim(deps, { payer: 'alice' })).toBe(202)
    expect(await holders()).toEqual([])
    await toSuspense()
    await approver.approve()
    expect(await holders()).toEqual([{ holder: 'event', payer: 'alice', booked_from: 'suspense' }])
  })

  test('gives the pool no money that nothing holds yet: a stranger’s looks the same before it is in suspense', async () => {
    expect(await claim(deps, { payer: 'liquidity_pool' })).toBe(202)
    expect(await holders()).toEqual([])
    await approver.approve()
    expect(await holders()).toEqual([{ holder: 'event', payer: 'liquidity_pool', booked_from: null }])
  })

  test.each([
    ['is gone', () => (chain.answer = notYet('not_found')), 'service_unavailable'],
    ['stands elsewhere', () => (chain.answer = paid(12, [4], [stranger])), 'precondition_failed'],
    ['was another’s all along', () => (chain.answer = paid(12, [3], [`0x${'3'.repeat(40)}`])), 'precondition_failed'],
  ])('is approved for nothing where the transfer %s by then', async (_what, change, code) => {
    await toSuspense()
    expect(await claim(deps, { payer: 'alice' })).toBe(202)
    change()
    await expect(approver.approve()).rejects.toThrow(code)
    expect(await holders()).toEqual([inSuspense])
  })

  test.each([
    ['halted', { halted: true }, 'service_unavailable'],
    ['closed to the sender', { deniedAddresses: [stranger] }, 'precondition_failed'],
  ])('is approved for nothing where the chain is %s by then', async (_what, change, code) => {
    expect(await claim(deps, { payer: 'alice' })).toBe(202)
    clock.advance(minuteMs)
    configs.change(change)
    await expect(approver.approve()).rejects.toThrow(code)
    expect(await holders()).toEqual([])
  })

  test('is approved for nothing where an event has claimed the transfer by then', async () => {
    expect(await claim(deps, { payer: 'alice' })).toBe(202)
    await createClaims(deps.latestConfig)(database).claim(transfer, { kind: 'kept', ref: 'dep_1' }, note)
    await expect(approver.approve()).rejects.toThrow('already_claimed')
    expect(await holders()).toMatchObject([{ holder: 'kept', payer: null }])
  })
})
