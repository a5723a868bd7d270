import type { Receipt } from '@species/contracts'
import type { Database } from '@species/database'
import type { Deciders, TwoPersonAction } from '@species/flow'
import { Secret, createSealer } from '@species/platform'
import { verifyReceipt } from '@species/sdk'
import { type ManualClock, countingIds, manualClock, pgliteWith } from '@species/testing'
import { type JSONWebKeySet, decodeProtectedHeader } from 'jose'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createReceiptPresenter } from '../adapters/receipt-presenter.ts'
import { type ReceiptSigner, openReceiptSigner } from '../adapters/receipt-signer.ts'
import { publicKeys, readKeys } from '../adapters/signing-keys.ts'
import { floorManagerModule } from '../index.ts'
import { distrustingKey, rotatingKeys } from './receipt-keys.ts'

const by: Deciders = { actor: 'olga/key_1+pia/key_2', reason: 'the yearly rotation', trace: '' }
let database: Database
let clock: ManualClock
/** Two processes over one database. */
let here: ReceiptSigner
let there: ReceiptSigner
let rotation: TwoPersonAction<{ activeInSeconds: number }>
let distrust: TwoPersonAction<{ kid: string }>

beforeAll(async () => {
  database = await pgliteWith(floorManagerModule)
})
afterAll(() => database.close())
beforeEach(async () => {
  await database.script('TRUNCATE floor_manager.signing_keys')
  clock = manualClock()
  const sealer = createSealer([new Secret('a master key for tests')], countingIds(clock))
  const deps = { database, clock, sealer, sandbox: true }
  here = await openReceiptSigner(deps)
  there = await openReceiptSigner(deps)
  rotation = rotatingKeys({ ...deps, signer: here })
  distrust = distrustingKey({ ...deps, signer: here })
})

/** Decides as two people do: on a version of the keys that is looked at again. */
async function act<Body>(action: TwoPersonAction<Body>, body: Body): Promise<void> {
  const ran = await database.transaction(async (tx) => {
    await action.version(tx, body)
    return await action.run(tx, body, by)
  })
  await ran.afterCommit?.()
}
const versionOf = async (): Promise<string> =>
  await database.transaction((tx) => rotation.version(tx, { activeInSeconds: 30 }))
const kidOf = (jws: string): string => String(decodeProtectedHeader(jws.split('~')[0] ?? '').kid)
const published = async (): Promise<JSONWebKeySet> => ({ keys: await publicKeys(database) })
const newest = async (): Promise<string> => (await readKeys(database))[0]?.kid ?? ''

const receipt = {
  receiptId: 'rcp.0194',
  eventId: 'event-0001',
  eventKey: '01940000-0000-7000-8000-00000000000a',
  owner: 'ann',
  status: 'COMPLETED',
  state: 'completed',
  sandbox: true,
  intent: 'TRANSFER',
  parties: [{ onliId: 'ann', role: 'sender', species: { start: '1001', end: '994' } }],
  payments: [],
  fills: [],
  ledgerTransferIds: [],
  times: {},
  issuedAt: '2026-01-01T00:00:01.000Z',
} as unknown as Receipt
const shownBy = (signer: ReceiptSigner, jws: string) =>
  createReceiptPresenter(signer)({ jws } as never, { onliId: 'ann', isOperator: false })

test('a new key is published before it signs, and every process opens what another signs throughout', async () => {
  const [before] = await readKeys(database)
  await act(rotation, { activeInSeconds: 30 })
  const after = await newest()
  expect((await published()).keys.map(({ kid }) => kid)).toEqual([before?.kid, after])
  expect([kidOf(here.sign(receipt)), kidOf(there.sign(receipt))]).toEqual([before?.kid, before?.kid])
  // The job of the other process, which runs far more often than a key takes to become active.
  await there.refresh()
  const old = here.sign(receipt)
  clock.advance(30_000)
  const [mine, theirs] = [here.sign(receipt), there.sign(receipt)]
  expect([kidOf(mine), kidOf(theirs)]).toEqual([after, after])
  for (const signed of [old, mine, theirs]) {
    expect([here.open(signed).receipt, there.open(signed).receipt]).toEqual([receipt, receipt])
    expect(await verifyReceipt(signed, await published())).toMatchObject({ receiptId: 'rcp.0194' })
  }
})

test('what a distrusted key signed is shown under another, and copies of it no longer verify', async () => {
  const kid = await newest()
  const stored = here.sign(receipt)
  const copy = shownBy(here, stored).jws
  await act(rotation, { activeInSeconds: 30 })
  clock.advance(30_000)
  await act(distrust, { kid })
  expect((await published()).keys[0]).toMatchObject({ kid, revoked: { reason: 'compromised' } })
  await expect(verifyReceipt(copy, await published())).rejects.toMatchObject({ code: 'receipt_key_distrusted' })
  const shown = shownBy(here, stored)
  expect(kidOf(shown.jws)).toBe(await newest())
  expect(await verifyReceipt(shown.jws, await published())).toEqual(shown.receipt)
  // Its salts came from that key: someone who has it must not be able to guess what is hidden.
  const digestsOf = (jws: string): string[] =>
    Buffer.from(jws.split('.')[1] ?? '', 'base64url')
      .toString()
      .match(/[\w-]{43}/g) ?? []
  expect(digestsOf(shown.jws).filter((digest) => digestsOf(copy).includes(digest))).toEqual([])
})

test('the newest key can be distrusted, too: the one before it signs again', async () => {
  const before = await newest()
  await act(rotation, { activeInSeconds: 30 })
  clock.advance(30_000)
  await act(distrust, { kid: await newest() })
  expect(kidOf(here.sign(receipt))).toBe(before)
})

test('the last key that signs is not distrusted, and the answer says what to do first', async () => {
  const kid = await newest()
  await expect(act(distrust, { kid })).rejects.toMatchObject({
    code: 'invalid_request',
    detail: expect.stringContaining('receipt-key rotate --active-in 30') as unknown,
  })
  await act(rotation, { activeInSeconds: 30 })
  await expect(act(distrust, { kid })).rejects.toMatchObject({ code: 'invalid_request' })
  await expect(act(distrust, { kid: 'another' })).rejects.toMatchObject({ code: 'not_found' })
})

test('what was proposed on other keys is void', async () => {
  const first = await versionOf()
  const kid = await newest()
  await act(rotation, { activeInSeconds: 30 })
  const second = await versionOf()
  clock.advance(30_000)
  await act(distrust, { kid })
  expect(new Set([first, second, await versionOf()]).size).toBe(3)
})
