import type { BookEntry, BookPort } from '@species/contracts'
import { Secret } from '@species/platform'
import { type Sandbox, startSandbox } from '@species/sandbox'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { createFireflyBook } from '../index.ts'
import { duplicateOf, isDefinite, quantityOf } from './shapes.ts'

let sandbox: Sandbox
let wallet: string
let credit: string
beforeAll(async () => {
  sandbox = await startSandbox({ httpPort: 0, grpcPort: 0, keys: { firefly: 'token' } })
  const book = client()
  expect(await book.ensureCurrency('USDT')).toEqual({ kind: 'yes', value: true })
  wallet = valueOf(await book.ensureAccount({ name: 'Wallets ETH', asset: 'USDT', type: 'asset' }))
  credit = valueOf(await book.ensureAccount({ name: 'Customer credit', asset: 'USDT', type: 'liability' }))
})
afterAll(() => sandbox.close())
afterEach(() => fetch(`${sandbox.httpUrl}/control/faults`, { method: 'DELETE' }))

// A new client each time: a breaker that an earlier fault has opened would answer instead of the partner.
const client = (token = 'token'): BookPort =>
  createFireflyBook({ baseUrl: `${sandbox.httpUrl}/firefly/`, token: new Secret(token), timeoutMs: 300 })

async function fault(body: object): Promise<void> {
  const response = await fetch(`${sandbox.httpUrl}/control/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ partner: 'firefly', times: 1, ...body }),
  })
  if (!response.ok) throw new Error(await response.text())
}

function valueOf<T>(outcome: { kind: string; value?: T }): T {
  if (outcome.kind !== 'yes') throw new Error(JSON.stringify(outcome))
  return outcome.value as T
}

function entry(externalId: string, more: Partial<BookEntry> = {}): BookEntry {
  return {
    externalId,
    type: 'deposit',
    sourceId: credit,
    destinationId: wallet,
    asset: 'USDT',
    amount: 12_500_000n,
    atMs: Date.UTC(2026, 10, 1, 10),
    description: 'payment',
    reference: 'event',
    tags: ['payment'],
    notes: '',
    ...more,
  }
}

async function written(externalId: string): Promise<number> {
  const query = encodeURIComponent(`external_id_is:"${externalId}"`)
  const response = await fetch(`${sandbox.httpUrl}/firefly/api/v1/search/transactions?query=${query}`, {
    headers: { authorization: 'Bearer token', accept: 'application/json' },
  })
  return ((await response.json()) as { data: unknown[] }).data.length
}

it('makes a currency and an account once, and finds them again', async () => {
  expect(await client().ensureCurrency('USDT')).toEqual({ kind: 'yes', value: true })
  expect(await client().ensureAccount({ name: 'Wallets ETH', asset: 'USDT', type: 'asset' })).toEqual({
    kind: 'yes',
    value: wallet,
  })
  const other = await client().ensureAccount({ name: 'Wallets ETH', asset: 'SPECIES', type: 'asset' })
  expect(other.kind).toBe('unknown')
})

it('finds an account behind the first page', async () => {
  for (let n = 0; n < 60; n++)
    valueOf(await client().ensureAccount({ name: `More ${String(n)}`, asset: 'USDT', type: 'asset' }))
  const before = valueOf(await client().ensureAccount({ name: 'More 59', asset: 'USDT', type: 'asset' }))
  expect(valueOf(await client().ensureAccount({ name: 'More 59', asset: 'USDT', type: 'asset' }))).toBe(before)
})

it('writes an entry once, however often it is posted, and knows its id', async () => {
  const id = valueOf(await client().post(entry('a:1')))
  expect(valueOf(await client().post(entry('a:1')))).toBe(id)
  expect(valueOf(await client().find('a:1'))).toBe(id)
  expect(await written('a:1')).toBe(1)
  expect(valueOf(await client().find('a:2'))).toBeUndefined()
})

it('says the balance with debits above zero', async () => {
  const [before, owed] = [
    valueOf(await client().balance(wallet, 'USDT')),
    valueOf(await client().balance(credit, 'USDT')),
  ]
  valueOf(await client().post(entry('b:1', { amount: 1n })))
  expect(valueOf(await client().balance(wallet, 'USDT'))).toBe(before + 1n)
  expect(valueOf(await client().balance(credit, 'USDT'))).toBe(owed - 1n)
})

it.each([
  ['an answer that is lost', { kind: 'down', operation: 'transaction', when: 'after' }],
  ['a server that fails after it has written', { kind: 'error', status: 500, operation: 'transaction', when: 'after' }],
  ['a server that is too slow', { kind: 'latency', ms: 2_000, operation: 'transaction', when: 'after' }],
  ['garbage', { kind: 'wrong', how: 'garbage', operation: 'transaction' }],
  ['a page of HTML', { kind: 'wrong', how: 'html', operation: 'transaction' }],
  ['the answer to another request', { kind: 'wrong', how: 'other', operation: 'transaction' }],
])('does not know after %s, and finds what was written', async (what, broken) => {
  await fault(broken)
  expect((await client().post(entry(`c:${what}`))).kind).toBe('unknown')
  expect(valueOf(await client().find(`c:${what}`))).toMatch(/^\d+$/)
  valueOf(await client().post(entry(`c:${what}`)))
  expect(await written(`c:${what}`)).toBe(1)
})

it('does not take a request that arrived twice for a refusal', async () => {
  await fault({ kind: 'duplicate', operation: 'transaction' })
  expect(valueOf(await client().post(entry('d:1')))).toMatch(/^\d+$/)
  expect(await written('d:1')).toBe(1)
})

it('does not believe a search that shows something else', async () => {
  valueOf(await client().post(entry('e:1')))
  await fault({ kind: 'wrong', how: 'other', operation: 'search' })
  expect((await client().find('e:1')).kind).toBe('unknown')
})

it('is refused for good what does not fit, and says why', async () => {
  const outcome = await client().post(entry('f:1', { type: 'transfer' }))
  expect(outcome).toMatchObject({ kind: 'no', refusal: { detail: expect.stringContaining('type') as string } })
})

it('names a token that is not accepted', async () => {
  expect(await client('wrong').find('a:1')).toEqual({
    kind: 'unknown',
    reason: 'Firefly III does not accept the token',
  })
})

it('tells a duplicate from a failure that is told in the same place', () => {
  const of = (text: string, field = 'transactions.0.description'): object => ({
    message: text,
    errors: { [field]: [text] },
  })
  expect(duplicateOf(of('Duplicate of transaction #17.'))).toBe('17')
  expect(duplicateOf(of('Could not create the journal.'))).toBeUndefined()
  expect(isDefinite(of('Could not create the journal.'))).toBe(false)
  expect(isDefinite(of('The amount must be more than zero.', 'transactions.0.amount'))).toBe(true)
})

it('reads decimals exactly, and none that are finer than the asset', () => {
  expect(quantityOf('-12.500000000000', 'USDT')).toBe(-12_500_000n)
  expect(quantityOf('7', 'SPECIES')).toBe(7n)
  expect(quantityOf('0.0000001', 'USDT')).toBeUndefined()
  expect(quantityOf('1e3', 'USDT')).toBeUndefined()
})
