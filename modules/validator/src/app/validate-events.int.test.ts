import {
  type AuthenticatorQueries,
  type ChainReader,
  type ChainTransaction,
  type ConfigReader,
  type Dossier,
  type MarketplaceConfig,
  type StateBodies,
  chains,
} from '@species/contracts'
import { type Outcome, notYet, unknown, yes } from '@species/kernel'
import { type Bus, type Database, type Message, type Outgoing, silentLogger } from '@species/runtime'
import {
  type ManualClock,
  countingIds,
  dossierOf,
  manualClock,
  messageOf,
  pgliteWith,
  postgresAnswers,
  postgresWith,
} from '@species/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { validatorMigrations, validatorQueries } from '../index.ts'
import type { ValidatorDeps } from './deps.ts'
import { noteCredits, recheckClaims, repeatClaims, repeatVanished } from './follow-claims.ts'
import { checkDue, validateEvents } from './validate-events.ts'

const ours = '0x5ec1e55ec1e55ec1e55ec1e55ec1e55ec1e50001'
const wallet = '0x1111111111111111111111111111111111111111'
const hash = `0x${'ab'.repeat(32)}`
const minuteMs = 60_000

const config: MarketplaceConfig = {
  trading: 'on',
  treasuryPrice: '1',
  redeemPrice: '1',
  feeBasisPoints: { buyTreasury: 0, buyMarket: 0, sell: 0, redeem: 0 },
  chains: Object.fromEntries(
    chains.map((chain) => [chain, { enabled: true, depositAddresses: [ours], confirmations: 12 }]),
  ) as MarketplaceConfig['chains'],
  recheckMultiples: [2],
  deadlines: {
    paymentMs: 10 * minuteMs,
    paymentWatchMs: 60 * minuteMs,
    consentMs: minuteMs,
    unknownMs: minuteMs,
    eventMs: 60 * minuteMs,
  },
  listing: { defaultLifeMs: minuteMs, maxLifeMs: minuteMs },
  vaults: { escrow: 'vault-escrow', liquidityPool: 'vault-pool' },
}
const configReader: ConfigReader = {
  at: () => Promise.resolve(config),
  current: () => Promise.resolve({ version: 1, config }),
}
const authenticator: Pick<AuthenticatorQueries, 'walletOwners' | 'standings'> = {
  walletOwners: (_chain, addresses) =>
    Promise.resolve(
      new Map(
        addresses
          .filter((address) => address === wallet)
          .map((address) => [address, { address, onliId: 'alice', provenAtMs: 0 }]),
      ),
    ),
  standings: () => Promise.resolve(new Map()),
}

/** A chain that shows what the test says. */
class ScriptedChain implements ChainReader {
  readonly chains = chains
  answer: Outcome<ChainTransaction> = notYet('not_found')
  transaction(): Promise<Outcome<ChainTransaction>> {
    return Promise.resolve(this.answer)
  }
}
const paid = (confirmations: number, logs = [3]): Outcome<ChainTransaction> =>
  yes({
    chain: 'ETH',
    hash,
    succeeded: true,
    blockNumber: 7,
    blockTimeMs: Date.UTC(2026, 0, 1),
    confirmations,
    transfers: logs.map((logIndex) => ({
      logIndex,
      tokenAddress: '0xdac17f958d2ee523a2206206994597c13d831ec7',
      fromAddress: wallet,
      toAddress: ours,
      rawValue: 5_000_000n,
    })),
  })

function world(database: Database): {
  deps: ValidatorDeps
  chain: ScriptedChain
  clock: ManualClock
  published: Outgoing[]
} {
  const clock = manualClock()
  const chain = new ScriptedChain()
  const published: Outgoing[] = []
  const bus = {
    publish: (messages: readonly Outgoing[]) => Promise.resolve(void published.push(...messages)),
  } as unknown as Bus
  const deps = {
    database,
    bus,
    clock,
    ids: countingIds(clock),
    log: silentLogger,
    config: configReader,
    chainReaders: [chain],
    authenticator,
  }
  return { deps, chain, clock, published }
}
const keyOf = (index: number): string => `01900000-0000-7000-8000-${String(index).padStart(12, '0')}`
function event(index: number, proof = hash): Message<'classified'> {
  const payWith = { source: 'chain', currency: 'USDT', chain: 'ETH', proof } as const
  const body = dossierOf(
    keyOf(index),
    { from: 'alice', to: 'treasury', amount: '1', payWith },
    { intent: 'BUY_TREASURY' },
  )
  return messageOf('classified', keyOf(index), body as StateBodies['classified'])
}
const topics = (messages: readonly Outgoing[]): string[] => messages.map((message) => message.topic)
const refusalOf = (messages: readonly Outgoing[]): string | undefined =>
  (messages.find((message) => message.topic === 'refused')?.body as Dossier | undefined)?.refusal?.code

let database: Database
beforeAll(async () => {
  database = await pgliteWith(validatorMigrations)
})
afterAll(() => database.close())
beforeEach(() => database.script('TRUNCATE validator.verdicts; TRUNCATE validator.claims'))

describe('a payment', () => {
  test('that is final is claimed and validated, and a repeat says the same and claims nothing', async () => {
    const { deps, chain } = world(database)
    chain.answer = paid(12)
    const first = await validateEvents(deps, [event(1)])
    expect(topics(first)).toEqual(['payment.claimed', 'validated'])
    chain.answer = notYet('not_found')
    const again = await validateEvents(deps, [event(1)])
    expect(again).toEqual(first.filter((message) => message.topic === 'validated'))
    expect(await validatorQueries(database).paymentsClaimed()).toBe(5_000_000n)
  })

  test('pays one event: of a hundred at once the earliest gets it, whatever order they come in', async () => {
    const { deps, chain } = world(database)
    chain.answer = paid(12)
    const messages = await validateEvents(
      deps,
      Array.from({ length: 100 }, (_, index) => event(100 - index)),
    )
    expect(messages.filter((message) => message.topic === 'validated').map((message) => message.key)).toEqual([
      keyOf(1),
    ])
    expect(messages.filter((message) => message.topic === 'refused')).toHaveLength(99)
    expect(refusalOf(messages)).toBe('already_claimed')
  })

  test('is one payment a log: a second event gets nothing of what the first took', async () => {
    const { deps, chain } = world(database)
    chain.answer = paid(12, [3, 4])
    const first = await validateEvents(deps, [event(1)])
    expect(topics(first)).toEqual(['payment.claimed', 'payment.claimed', 'validated'])
    expect(refusalOf(await validateEvents(deps, [event(2)]))).toBe('already_claimed')
    expect(await validatorQueries(database).paymentsClaimed()).toBe(10_000_000n)
  })

  test('that is not final waits, and is validated once it is', async () => {
    const { deps, chain, clock, published } = world(database)
    chain.answer = paid(3)
    expect(topics(await validateEvents(deps, [event(1)]))).toEqual(['waiting'])
    expect((await validatorQueries(database).stageOf(keyOf(1)))?.reason).toBe('confirmations: 3 of 12')
    await checkDue(deps)
    expect(published).toEqual([])
    chain.answer = paid(12)
    clock.advance(minuteMs)
    await checkDue(deps)
    expect(topics(published)).toEqual(['payment.claimed', 'validated'])
  })

  test('that cannot be asked for is never a no: it waits until its deadline', async () => {
    const { deps, chain, clock, published } = world(database)
    chain.answer = unknown('down')
    expect(topics(await validateEvents(deps, [event(1)]))).toEqual(['waiting'])
    clock.advance(9 * minuteMs)
    await checkDue(deps)
    expect(published).toEqual([])
    clock.advance(2 * minuteMs)
    await checkDue(deps)
    expect(refusalOf(published)).toBe('payment_unconfirmable')
  })

  test('that arrives after its deadline is kept as credit, and its event stays refused', async () => {
    const { deps, chain, clock, published } = world(database)
    await validateEvents(deps, [event(1)])
    clock.advance(11 * minuteMs)
    await checkDue(deps)
    expect(refusalOf(published)).toBe('payment_not_found')
    published.length = 0
    chain.answer = paid(12)
    clock.advance(minuteMs)
    await checkDue(deps)
    expect(topics(published)).toEqual(['payment.claimed'])
    expect(refusalOf(await validateEvents(deps, [event(1)]))).toBe('payment_not_found')
    clock.advance(minuteMs)
    await checkDue(deps)
    expect(topics(published)).toEqual(['payment.claimed'])
  })

  test('is told of until it is credited', async () => {
    const { deps, chain, clock, published } = world(database)
    chain.answer = paid(12)
    await validateEvents(deps, [event(1)])
    clock.advance(minuteMs)
    await repeatClaims(deps)
    expect(topics(published)).toEqual(['payment.claimed'])
    await noteCredits(deps, [messageOf('payment.credited', 'x', { chain: 'ETH', hash, logIndex: 3 })])
    await repeatClaims(deps)
    expect(published).toHaveLength(1)
  })

  test('that vanishes after the trade is told of once it was missing for twice its finality, and no answer is no absence', async () => {
    const { deps, chain, clock, published } = world(database)
    chain.answer = paid(12)
    await validateEvents(deps, [event(1)])
    clock.advance(2 * 12 * 12_000)
    chain.answer = unknown('down')
    await recheckClaims(deps)
    clock.advance(minuteMs)
    chain.answer = notYet('not_found')
    for (let look = 1; look <= 4; look++) {
      await recheckClaims(deps)
      expect([look, published]).toEqual([look, []])
      // Nobody looks before the pause is over.
      clock.advance(71_000)
      await recheckClaims(deps)
      clock.advance(1_000)
    }
    await recheckClaims(deps)
    expect(topics(published)).toEqual(['payment.vanished'])
    clock.advance(minuteMs)
    await repeatVanished(deps)
    expect(published[1]?.body).toMatchObject({ claim: (published[0]?.body as { claim: object }).claim })
    expect(await validatorQueries(database).paymentsClaimed()).toBe(0n)
  })

  test('that is seen again in between was never gone', async () => {
    const { deps, chain, clock, published } = world(database)
    chain.answer = paid(12)
    await validateEvents(deps, [event(1)])
    clock.advance(2 * 12 * 12_000)
    for (const seen of [false, false, false, false, true]) {
      chain.answer = seen ? paid(30) : notYet('not_found')
      await recheckClaims(deps)
      clock.advance(10 * minuteMs)
    }
    chain.answer = notYet('not_found')
    for (let look = 0; look < 4; look++) {
      await recheckClaims(deps)
      clock.advance(10 * minuteMs)
    }
    expect(topics(published)).toEqual([])
    expect(await validatorQueries(database).paymentsClaimed()).toBe(5_000_000n)
  })

  test('that is none passes, and a replay says the same, times included', async () => {
    const { deps, clock } = world(database)
    const message = event(1)
    const { payWith: _none, ...given } = message.body.event
    const unpaid = { ...message, body: { ...message.body, event: given } }
    const first = await validateEvents(deps, [unpaid])
    clock.advance(minuteMs)
    expect(await validateEvents(deps, [unpaid])).toEqual(first)
    expect(topics(first)).toEqual(['validated'])
  })

  test('that is no hash is refused without asking anybody', async () => {
    const { deps } = world(database)
    expect(refusalOf(await validateEvents(deps, [event(1, 'npmt_test_123')]))).toBe('proof_unsupported')
  })
})

describe.skipIf(!postgresAnswers)('many processes on one payment [needs Postgres]', () => {
  test('twenty processes with ten events each: the payment is claimed once, and nobody is left without an answer', async () => {
    const server = await postgresWith(validatorMigrations)
    try {
      const batches = Array.from({ length: 20 }, (_, process) =>
        Array.from({ length: 10 }, (_, index) => event(process * 10 + index + 1)),
      )
      const results = await Promise.all(
        batches.map(async (batch) => {
          const { deps, chain } = world(server)
          chain.answer = paid(12)
          return await validateEvents(deps, batch)
        }),
      )
      const messages = results.flat()
      expect(messages.filter((message) => message.topic === 'validated')).toHaveLength(1)
      expect(messages.filter((message) => message.topic === 'refused')).toHaveLength(199)
      expect(await validatorQueries(server).paymentsClaimed()).toBe(5_000_000n)
    } finally {
      await server.drop()
    }
  })
})
