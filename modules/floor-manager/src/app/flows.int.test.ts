import { type Receipt, type StateBodies, receiptIdOf, receiptSchema } from '@species/contracts'
import { paymentTransferId } from '@species/kernel'
import type { Bus, Message, Outgoing } from '@species/bus'
import type { Database } from '@species/database'
import { type Metrics, Secret, createMetrics, createSealer, silentLogger } from '@species/platform'
import { type ManualClock, countingIds, dossierOf, manualClock, messageOf, pgliteWith } from '@species/testing'
import { compactVerify, importJWK } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openReceiptSigner } from '../adapters/receipt-signer.ts'
import { publicKeys } from '../adapters/signing-keys.ts'
import { floorManagerModule } from '../index.ts'
import type { FloorManagerDeps } from './deps.ts'
import { decide, openReviews } from './review-events.ts'
import { writeCompleted, writeDisputes, writeFailed } from './write-receipts.ts'

const eventKey = '01900000-0000-7000-8000-000000000001'
let database: Database
let clock: ManualClock
let published: Outgoing[]
let deps: FloorManagerDeps
/** What the ledger says the event's payments left as credit. */
let credited: bigint
/** The payment that was taken back. */
let takenBack: string
/** Which payments have paid for the trade. */
let paidBy: string[]

beforeAll(async () => {
  database = await pgliteWith(floorManagerModule)
})
afterAll(() => database.close())
beforeEach(async () => {
  await database.script(
    'TRUNCATE floor_manager.receipts, floor_manager.reviews, floor_manager.reversals, floor_manager.verifications',
  )
  clock = manualClock()
  published = []
  credited = 0n
  paidBy = [paymentTransferId(claim)]
  takenBack = paymentTransferId(claim)
  const sealer = createSealer([new Secret('a master key for tests')], countingIds(clock))
  deps = {
    database,
    clock,
    ids: countingIds(clock),
    log: silentLogger,
    metrics: createMetrics(),
    signer: await openReceiptSigner({ database, sealer, clock, sandbox: true }),
    sandbox: true,
    queries: {
      cashier: {
        creditedMicro: async () => credited,
        reversedAmong: async (ids: readonly string[]) => ids.filter((id) => id === takenBack),
      },
    },
    bus: {
      publish: (messages: readonly Outgoing[]) => Promise.resolve(void published.push(...messages)),
    } as unknown as Bus,
  } as unknown as FloorManagerDeps
})

const claim = {
  chain: 'ETH',
  hash: '0xab',
  logIndex: 3,
  payer: 'alice',
  amountMicro: 5n,
  fromAddress: '0x1',
  toAddress: '0x2',
  blockNumber: 1,
  blockTimeMs: 1,
} as const
function settled(): Message<'settled'> {
  const lines = [
    { account: 'user:alice', asset: 'SPECIES', amount: -3n, balanceAfter: 7n },
    { account: 'user:bob', asset: 'SPECIES', amount: 3n, balanceAfter: 4n },
  ] as const
  const body = dossierOf(
    eventKey,
    { from: 'alice', to: 'bob', amount: '3' },
    {
      intent: 'TRANSFER',
      payment: { source: 'chain', claims: [claim] },
      match: { units: 3n, totalMicro: 0n, fills: [] },
      funding: { lines: [], feeMicro: 0n, feePerFillMicro: [], paymentTransferIds: paidBy },
      delivery: { operationId: 'op-1', kind: 'change_owner', fromVault: 'a', toVault: 'b', units: 3n },
      oracle: { operationId: 'op-1', ownerVault: 'b', units: 3n, wordOf: 'partner' },
      settlement: { transferId: `settlement:${eventKey}`, lines: [...lines] },
    },
  )
  return messageOf('settled', eventKey, body as StateBodies['settled'])
}
function returned(): Message<'returned'> {
  const body = dossierOf(
    eventKey,
    { from: 'alice', to: 'treasury', amount: '3' },
    {
      payment: { source: 'chain', claims: [claim] },
      refusal: { code: 'insufficient_payment', detail: 'too little', by: 'cashier' },
      release: { heldBefore: false, paymentTransferIds: ['payment:ETH:0xab:3'], creditedMicro: 5n },
    },
  )
  return messageOf('returned', eventKey, body as StateBodies['returned'])
}
const reversed = (): Message<'payment.reversed'> =>
  messageOf('payment.reversed', 'ETH:0xab#3', { eventKey, claim, receivableMicro: 5n })

async function newest(): Promise<Receipt> {
  const stored = await floorManagerModule.queries(database).receiptOf(eventKey)
  const [jwk] = await publicKeys(database)
  if (!stored || !jwk) throw new Error('no receipt')
  const { payload } = await compactVerify(stored.jws, await importJWK(jwk, 'EdDSA'))
  return receiptSchema.parse(JSON.parse(new TextDecoder().decode(payload)))
}

/** How many ends were observed, by end. */
async function counted(seconds: Metrics['eventSeconds']): Promise<[unknown, number][]> {
  const { values } = await seconds.get()
  return values.filter((one) => one.metricName?.endsWith('_count')).map((one) => [one.labels.end, one.value])
}

describe('a receipt', () => {
  test('is signed, says what is true, and is written once however often the event settles', async () => {
    const first = await writeCompleted(deps, [settled()])
    const receipt = await newest()
    expect(receipt).toMatchObject({ status: 'COMPLETED', sandbox: true, receiptId: receiptIdOf(eventKey), units: '3' })
    expect(receipt.parties).toEqual([
      { onliId: 'alice', role: 'sender', species: { start: '10', end: '7' } },
      { onliId: 'bob', role: 'receiver', species: { start: '1', end: '4' } },
    ])
    clock.advance(5_000)
    expect(await writeCompleted(deps, [settled()])).toEqual(first)
    expect(await newest()).toEqual(receipt)
    expect((await deps.metrics.volumeUnits.get()).values).toEqual([{ labels: { intent: 'TRANSFER' }, value: 3 }])
    expect(await counted(deps.metrics.eventSeconds)).toEqual([['completed', 1]])
  })

  test('of a failure says why and what stays as credit', async () => {
    const [message] = await writeFailed(deps, [returned()])
    expect(message?.topic).toBe('failed')
    await writeFailed(deps, [returned()])
    expect((await deps.metrics.refusalTotal.get()).values).toEqual([
      { labels: { code: 'insufficient_payment', seen: 'receipt' }, value: 1 },
    ])
    expect(await floorManagerModule.queries(database).stageOf(eventKey)).toMatchObject({
      state: 'failed',
      refusal: { code: 'insufficient_payment', detail: 'too little' },
    })
    expect(await newest()).toMatchObject({
      status: 'FAILED',
      credited: '0.000005',
      refusal: { code: 'insufficient_payment', by: 'cashier', retryable: false },
    })
  })

  test('of a completed event whose payment vanished is superseded once, and the event is disputed', async () => {
    await writeCompleted(deps, [settled()])
    const first = await writeDisputes(deps, [reversed()])
    expect(first.map((message) => message.topic)).toEqual(['disputed'])
    expect(await newest()).toMatchObject({
      status: 'DISPUTED',
      receiptId: receiptIdOf(eventKey, 2),
      supersedes: receiptIdOf(eventKey),
    })
    expect(await writeDisputes(deps, [reversed()])).toEqual(first)
    expect(await floorManagerModule.queries(database).receipt(receiptIdOf(eventKey))).toMatchObject({
      state: 'completed',
    })
  })

  test('of a trade that another payment has paid for names that one alone, and no reversal of the first disputes it', async () => {
    paidBy = ['payment:ETH:0xcd:4']
    await writeCompleted(deps, [settled()])
    expect((await newest()).payments).toEqual([])
    expect(await writeDisputes(deps, [reversed()])).toEqual([])
    expect((await newest()).status).toBe('COMPLETED')
  })

  test('of an event whose payment vanished before it settled is disputed as soon as it is written', async () => {
    expect(await writeDisputes(deps, [reversed()])).toEqual([])
    const messages = await writeCompleted(deps, [settled()])
    expect(messages.map((message) => message.topic)).toEqual(['completed', 'disputed'])
    expect(await newest()).toMatchObject({ status: 'DISPUTED' })
  })

  test('of a failure names no payment that vanished: none that was reversed on the way back, none that is reversed later', async () => {
    const second = { ...claim, hash: '0xcd', logIndex: 4 }
    const base = returned()
    const both = [paymentTransferId(claim), paymentTransferId(second)]
    const failure = (paymentTransferIds: string[], creditedMicro: bigint): Message<'returned'> => ({
      ...base,
      body: {
        ...base.body,
        payment: { source: 'chain', claims: [claim, second] },
        release: {
          heldBefore: true,
          paymentTransferIds: [...paymentTransferIds, `netting:${eventKey}`],
          creditedMicro,
        },
      },
    })
    const named = async (): Promise<unknown> => {
      const { payments, ledgerTransferIds } = await newest()
      return [payments.map((payment) => payment.hash), ledgerTransferIds]
    }
    await writeFailed(deps, [failure(both, 0n)])
    expect(await named()).toEqual([
      ['0xab', '0xcd'],
      [...both, `netting:${eventKey}`],
    ])
    // What is owed had taken all the credit: that the receipt has none before and after hides nothing.
    await writeDisputes(deps, [reversed()])
    expect(await named()).toEqual([['0xcd'], [both[1], `netting:${eventKey}`]])
    expect(await newest()).toMatchObject({ receiptId: receiptIdOf(eventKey, 2), units: '3', status: 'FAILED' })
    await writeDisputes(deps, [reversed()])
    expect((await newest()).receiptId).toBe(receiptIdOf(eventKey, 2))

    await database.script('TRUNCATE floor_manager.receipts, floor_manager.reversals')
    await writeFailed(deps, [failure([paymentTransferId(second)], 5n)])
    expect(await named()).toEqual([['0xcd'], [both[1], `netting:${eventKey}`]])
  })

  test('of a failure names a payment that had vanished and was claimed again, until that life of it vanishes too', async () => {
    const again = { ...claim, life: 1 }
    const base = returned()
    const paymentTransferIds = ['payment:ETH:0xab:3:1', 'payment:ETH:0xab:31']
    const body = {
      ...base.body,
      payment: { source: 'chain' as const, claims: [again] },
      release: { heldBefore: false, paymentTransferIds, creditedMicro: 5n },
    }
    await writeFailed(deps, [{ ...base, body }])
    credited = 5n
    await writeDisputes(deps, [reversed()])
    expect(await newest()).toMatchObject({
      receiptId: receiptIdOf(eventKey),
      payments: [{ hash: '0xab', logIndex: 3 }],
    })
    takenBack = paymentTransferId(again)
    await writeDisputes(deps, [reversed()])
    expect(await newest()).toMatchObject({ payments: [], ledgerTransferIds: ['payment:ETH:0xab:31'] })
  })

  test('of a failure is superseded as its payments vanish one after the other: it shows the credit that is left', async () => {
    await writeFailed(deps, [returned()])
    credited = 2n
    expect(await writeDisputes(deps, [reversed()])).toEqual([])
    expect(await newest()).toMatchObject({
      status: 'FAILED',
      credited: '0.000002',
      receiptId: receiptIdOf(eventKey, 2),
    })
    await writeDisputes(deps, [reversed()])
    expect((await newest()).receiptId).toBe(receiptIdOf(eventKey, 2))
    credited = 0n
    await writeDisputes(deps, [reversed()])
    const receipt = await newest()
    expect([receipt.status, receipt.credited, receipt.supersedes]).toEqual([
      'FAILED',
      undefined,
      receiptIdOf(eventKey, 2),
    ])
  })
})

test('a failure whose payment was reversed before its receipt shows no credit', async () => {
  expect(await writeDisputes(deps, [reversed()])).toEqual([])
  await writeFailed(deps, [returned()])
  const receipt = await newest()
  expect([receipt.status, receipt.credited]).toEqual(['FAILED', undefined])
})

describe('a review', () => {
  const notice = (): Message<'review'> =>
    messageOf('review', eventKey, {
      eventKey,
      by: 'floor-manager',
      reason: 'the oracle disagrees',
      facts: { units: '3' },
      dossier: settled().body,
    })
  const by = { decision: 'confirm', reason: 'seen in the vault', operator: 'operator/key' } as const

  test('is decided once, and a repeat of what raised it goes the way that was decided', async () => {
    expect(await openReviews(deps, [notice()])).toEqual([])
    expect(await decide(deps, eventKey, by)).toMatchObject({ decision: 'confirm' })
    expect(await decide(deps, eventKey, { ...by, decision: 'refuse' })).toBeUndefined()
    expect(published.map((message) => message.topic)).toEqual(['review.decided', 'confirmed'])
    const again = await openReviews(deps, [notice()])
    expect(again).toEqual(published)
    expect((again[1]?.body as StateBodies['confirmed']).oracle).toMatchObject({
      wordOf: 'operator',
      reason: 'seen in the vault',
    })
  })

  test('that was decided is sent on its way again by the same decision: what was said of it may have been lost', async () => {
    await openReviews(deps, [notice()])
    await decide(deps, eventKey, by)
    const first = published.splice(0)
    clock.advance(5_000)
    const again = await decide(deps, eventKey, { ...by, reason: 'said again', operator: 'operator/other' })
    expect(again).toMatchObject({ decision: 'confirm', decisionReason: by.reason, decidedBy: by.operator })
    expect(published).toEqual(first)
  })

  test('of a payment only tells the decision: the validator goes on, for nothing is delivered yet', async () => {
    const { delivery: _none, ...dossier } = settled().body
    await openReviews(deps, [messageOf('review', eventKey, { ...notice().body, by: 'validator', dossier })])
    await decide(deps, eventKey, by)
    expect(published.map((message) => message.topic)).toEqual(['review.decided'])
  })

  test('that is refused begins the road back with the operator’s reason', async () => {
    await openReviews(deps, [notice()])
    await decide(deps, eventKey, { ...by, decision: 'refuse' })
    expect(published[1]?.body).toMatchObject({ refusal: { code: 'refused_by_operator', by: 'floor-manager' } })
  })
})
