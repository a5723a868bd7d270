import { notYet, yes } from '@species/kernel'
import type { Database } from '@species/database'
import { Problem } from '@species/http'
import { pgliteWith } from '@species/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ValidatorDeps } from '../app/deps.ts'
import { recheckClaims } from '../app/follow-claims.ts'
import { validatorModule } from '../index.ts'
import { hash, minuteMs, paid, world } from '../test-world.ts'
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
