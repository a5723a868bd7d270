import type { ClaimHolder, ClaimsPort, ProvenTransfer } from '@species/contracts'
import type { Database } from '@species/database'
import { pgliteWith, postgresAnswers, postgresWith } from '@species/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createClaims, validatorModule } from '../index.ts'
import { event, hash, keyOf, ours, paid, topics, validateEvents, wallet, world } from '../test-world.ts'

let database: Database
beforeAll(async () => {
  database = await pgliteWith(validatorModule)
})
afterAll(() => database.close())
beforeEach(() => database.script('TRUNCATE validator.verdicts; TRUNCATE validator.claims, validator.custody_addresses'))

const transfer: ProvenTransfer = {
  chain: 'ETH',
  hash,
  fromAddress: wallet,
  toAddress: ours,
  rawValue: 5_000_000n,
  nth: 0,
  logIndex: 3,
  amountMicro: 5_000_000n,
  blockNumber: 7,
  blockTimeMs: Date.UTC(2026, 0, 1),
}
const suspense = { kind: 'suspense', ref: 's-1' } as const
const assignment = { kind: 'assignment', ref: 'a-1', eventKey: keyOf(90), payer: 'bob' } as const
const note = { nowMs: 1_000, trace: 'trace' }

function portsOf(given: ReturnType<typeof world>): ClaimsPort {
  return createClaims(given.deps.latestConfig)(database)
}
const claim = async (port: ClaimsPort, holder: ClaimHolder, of = transfer): ReturnType<ClaimsPort['claim']> =>
  await port.claim(of, holder, note)

describe('the table of claims, for other modules', () => {
  test('gives a transfer to one holder, who may ask again, and names the holder to all others', async () => {
    const port = portsOf(world(database))
    const payout = { kind: 'payout', ref: 'p-1' } as const
    expect(await claim(port, payout)).toEqual({ kind: 'claimed', wasSuspense: false })
    expect(await claim(port, payout)).toEqual({ kind: 'claimed', wasSuspense: false })
    expect(await claim(port, assignment)).toEqual({ kind: 'taken', by: payout })
    expect(await port.holders([{ ...transfer, nth: 1 }, transfer])).toEqual([undefined, payout])
  })

  test('knows a transfer at another log index again, and another place among equal ones as another', async () => {
    const port = portsOf(world(database))
    await claim(port, assignment)
    expect(await claim(port, suspense, { ...transfer, logIndex: 9 })).toEqual({ kind: 'taken', by: assignment })
    expect(await claim(port, suspense, { ...transfer, nth: 1, logIndex: 4 })).toMatchObject({ kind: 'claimed' })
  })

  test('an event that cites money in suspense takes it over, and says where it was booked; the next one is refused', async () => {
    const given = world(database)
    const port = portsOf(given)
    await claim(port, suspense)
    given.chain.answer = paid(12)
    const first = await validateEvents(given.deps, [event(1)])
    expect(topics(first)).toEqual(['payment.claimed', 'validated'])
    expect(first[0]?.body).toMatchObject({ claim: { payer: 'alice', bookedFrom: 'suspense', logIndex: 3 } })
    expect(await port.holders([transfer])).toMatchObject([{ kind: 'event', payer: 'alice' }])
    expect(topics(await validateEvents(given.deps, [event(2)]))).toEqual(['refused'])
    // Nor is it put back into suspense.
    expect(await claim(port, suspense)).toMatchObject({ kind: 'taken' })
  })

  test('of two events that cite money in suspense at once the earlier gets it', async () => {
    const given = world(database)
    await claim(portsOf(given), suspense)
    given.chain.answer = paid(12)
    const both = await validateEvents(given.deps, [event(2), event(1)])
    expect(topics(both).sort()).toEqual(['payment.claimed', 'refused', 'validated'])
    expect(both.find(({ topic }) => topic === 'validated')?.body).toMatchObject({ eventKey: keyOf(1) })
  })

  test('an assignment of money in suspense credits its user; money that an operator keeps is taken over by no event', async () => {
    const given = world(database)
    const port = portsOf(given)
    await claim(port, suspense)
    expect(await claim(port, assignment)).toMatchObject({
      kind: 'claimed',
      wasSuspense: true,
      claim: { payer: 'bob', bookedFrom: 'suspense', amountMicro: 5_000_000n },
    })
    const other = { ...transfer, nth: 1, logIndex: 4 }
    await claim(port, suspense, other)
    const kept = { kind: 'kept', ref: 'k-1' } as const
    expect(await claim(port, kept, other)).toEqual({ kind: 'claimed', wasSuspense: true })
    expect(await claim(port, assignment, other)).toEqual({ kind: 'taken', by: kept })
  })

  test('claims that credit no user are not counted as payments, and end when their transfer vanishes', async () => {
    const port = portsOf(world(database))
    await claim(port, suspense)
    const queries = validatorModule.queries(database)
    expect([await queries.paymentsClaimed(), await queries.uncredited()]).toEqual([0n, []])
    expect(await port.endVanished(transfer, 2_000)).toBe(true)
    expect(await port.holders([transfer])).toEqual([undefined])
    expect(await claim(port, assignment)).toMatchObject({ kind: 'claimed', wasSuspense: false, claim: { life: 1 } })
    // The validator follows this one by itself.
    expect(await port.endVanished(transfer, 2_000)).toBe(false)
    expect(await queries.paymentsClaimed()).toBe(5_000_000n)
  })

  test('what comes in at an address of a custodian is claimed as money that it holds, on every road and for ever', async () => {
    const port = portsOf(world(database))
    expect(await port.custodianOf('ETH', ours)).toBeUndefined()
    expect([
      await port.keepCustody('ETH', ours, 'nowpayments'),
      await port.keepCustody('ETH', ours, 'nowpayments'),
    ]).toEqual([true, false])
    expect(await port.custodianOf('ETH', ours)).toBe('nowpayments')
    const quote = { ...assignment, kind: 'quote', ref: 'q-1' } as const
    expect(await claim(port, quote)).toMatchObject({ claim: { payer: 'bob', custody: 'nowpayments' } })
    const other = { ...transfer, nth: 1, logIndex: 4 }
    await claim(port, suspense, other)
    expect(await claim(port, assignment, other)).toMatchObject({
      wasSuspense: true,
      claim: { bookedFrom: 'suspense', custody: 'nowpayments' },
    })
    expect(await claim(port, assignment, { ...transfer, chain: 'BSC' })).not.toHaveProperty('claim.custody')
  })

  test('claims nothing on a halted chain', async () => {
    const given = world(database)
    given.configs.change({ halted: true })
    expect(await claim(portsOf(given), suspense)).toEqual({ kind: 'halted' })
  })
})

describe.skipIf(!postgresAnswers)('money in suspense and an assignment at the same moment [needs Postgres]', () => {
  test('the assignment is asked to come again, and takes the money over then', async () => {
    const server = await postgresWith(validatorModule)
    try {
      const claims = createClaims(world(server).deps.latestConfig)
      let second: Promise<unknown> | undefined
      await server.transaction(async (tx) => {
        await claims(tx).claim(transfer, suspense, note)
        second = claims(server)
          .claim(transfer, assignment, note)
          .catch((error: unknown) => error)
        await waitsForLock(server)
      })
      expect(await second).toMatchObject({ code: 'claimed_meanwhile', retryable: true })
      expect(await claims(server).claim(transfer, assignment, note)).toMatchObject({
        kind: 'claimed',
        wasSuspense: true,
      })
    } finally {
      await server.drop()
    }
  })
})

/** Until one of this database's connections waits for another's transaction. */
async function waitsForLock(server: Database): Promise<void> {
  for (;;) {
    const waiting = await server.query(
      `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    )
    if (waiting.length > 0) return
  }
}
