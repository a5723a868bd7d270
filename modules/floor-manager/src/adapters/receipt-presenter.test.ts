import { generateKeyPairSync } from 'node:crypto'
import {
  type Receipt,
  type StoredReceipt,
  receiptField,
  receiptReaders,
  receiptSchema,
  shownReceiptSchema,
} from '@species/contracts'
import { verifyReceipt } from '@species/sdk'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { createReceiptPresenter } from './receipt-presenter.ts'
import { createReceiptSigner } from './receipt-signer.ts'

const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const signer = createReceiptSigner({ kid: 'key-1', key: privateKey })
const keys = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'key-1', alg: 'EdDSA' }] }
const present = createReceiptPresenter(signer)

const common = {
  receiptId: 'rcp.0194',
  eventId: 'event-0001',
  eventKey: '01940000-0000-7000-8000-00000000000a',
  owner: 'ann',
  status: 'COMPLETED',
  state: 'completed',
  sandbox: true,
  units: '7',
  payments: [],
  fills: [],
  ledgerTransferIds: ['settlement:01940000-0000-7000-8000-00000000000a'],
  delivery: { operationId: 'op-1', fromVault: 'vault-from', toVault: 'vault-to', units: '7' },
  oracle: { operationId: 'op-1', ownerVault: 'vault-to', units: '7', wordOf: 'operator', reason: 'ann called us' },
  times: { accepted: '2026-01-01T00:00:00.000Z' },
  issuedAt: '2026-01-01T00:00:01.000Z',
} as const
const species = (start: string, end: string): { start: string; end: string } => ({ start, end })

const transfer: Receipt = {
  ...common,
  intent: 'TRANSFER',
  paidFrom: 'none',
  parties: [
    { onliId: 'ann', role: 'sender', species: species('1001', '994') },
    { onliId: 'bob', role: 'receiver', species: species('2002', '2009') },
  ],
} as unknown as Receipt
const fill = (seller: string, units: string, unitPrice: string): Receipt['fills'][number] => ({
  listingId: `lst_${seller}`,
  seller,
  units,
  unitPrice,
  total: unitPrice,
  fee: '0.000000',
})
const purchase: Receipt = {
  ...common,
  intent: 'BUY_MARKET',
  parties: [
    { onliId: 'ann', role: 'buyer', species: species('1001', '1008'), usdt: species('3003.000000', '3001.000000') },
    { onliId: 'bob', role: 'seller', usdt: species('4004.000000', '4005.000000') },
    { onliId: 'cat', role: 'seller', usdt: species('5005.000000', '5006.000000') },
  ],
  price: { total: '66.000000', fee: '1.000000', paid: '67.000000' },
  payments: [{ chain: 'ETH', hash: '0xfeed', logIndex: 3, amount: '70.000000', fromAddress: '0xa11ce' }],
  paidFrom: 'chain',
  agent: { agentId: 'agt_buyer', mandateVersion: 3 },
  fills: [fill('bob', '3', '11.000000'), fill('cat', '4', '8.250000')],
  ledgerTransferIds: ['payment:ETH:0xfeed:3', ...common.ledgerTransferIds],
} as unknown as Receipt
const { delivery: _delivery, oracle: _oracle, ...undelivered } = common
const failure: Receipt = {
  ...undelivered,
  status: 'FAILED',
  state: 'failed',
  intent: 'BUY_MARKET',
  parties: [{ onliId: 'ann', role: 'owner' }],
  payments: purchase.payments,
  credited: '70.000000',
  ledgerTransferIds: ['payment:ETH:0xfeed:3'],
  refusal: { code: 'no_liquidity', title: 'No', detail: 'only 4 units', retryable: true, by: 'matching' },
} as unknown as Receipt
const lapse: Receipt = {
  ...common,
  owner: 'market',
  lapsed: true,
  intent: 'DELIST',
  listingId: 'lst_ann',
  parties: [{ onliId: 'ann', role: 'owner', species: species('1001', '1008') }],
} as unknown as Receipt

const storedOf = (receipt: Receipt): StoredReceipt => ({
  receiptId: receipt.receiptId,
  eventKey: receipt.eventKey,
  owner: receipt.owner,
  parties: receipt.parties.map((party) => party.onliId),
  jws: signer.sign(receipt),
  state: receipt.state,
  issuedAtMs: 1,
})
/** All that a shown receipt tells, the disclosures in its signed form as well. */
function toldIn({ receipt, jws }: { receipt: unknown; jws: string }): string {
  const [jwt = '', ...disclosures] = jws.split('~')
  const parts = [jwt.split('.')[1] ?? '', ...disclosures].map((part) => Buffer.from(part, 'base64url').toString())
  return JSON.stringify(receipt) + parts.join('\n')
}

test.each<[string, Receipt, string, readonly string[], readonly string[]]>([
  ['a sender', transfer, 'ann', ['1001', '994', '"7"', 'vault-from', 'ann called us'], ['2002', '2009', 'vault-to']],
  ['a receiver', transfer, 'bob', ['2002', '2009', '"7"', 'vault-to', 'ann'], ['1001', '994', 'vault-from', 'called']],
  [
    'a buyer',
    purchase,
    'ann',
    ['1001', '3003.', '66.', '67.', '0xfeed', '0xa11ce', 'lst_bob', 'lst_cat', '11.', '8.25', 'vault-to', 'agt_buyer'],
    ['4004.', '5005.'],
  ],
  [
    'a seller',
    purchase,
    'bob',
    ['ann', '4004.', 'lst_bob', '11.', 'settlement:'],
    [
      '1001',
      '3003.',
      '5005.',
      '"7"',
      '66.',
      '67.',
      '0xfeed',
      '0xa11ce',
      'cat',
      '8.25',
      '"chain"',
      'vault',
      'called',
      'agt_',
    ],
  ],
  ['who was refused', failure, 'ann', ['0xfeed', '70.', 'only 4 units', 'matching'], []],
  ['whose listing lapsed', lapse, 'ann', ['1001', 'vault-from', 'vault-to', 'lst_ann'], []],
  ['somebody else, were they let in', failure, 'eve', ['no_liquidity'], ['0xfeed', '70.', 'only 4', 'payment:']],
])('%s is told what is theirs, and nothing that is for others', (_name, receipt, reader, told, untold) => {
  const said = toldIn(present(storedOf(receipt), { onliId: reader, isOperator: false }))
  for (const one of told) expect(said).toContain(one)
  for (const one of untold) expect(said).not.toContain(one)
})

const everyReceipt = { transfer, purchase, failure, lapse }
const readers = ['ann', 'bob', 'cat', 'eve', 'an operator']
const cases = Object.entries(everyReceipt).flatMap(([name, receipt]) =>
  readers.map((reader) => [name, reader, receipt] as const),
)
test.each(cases)('a %s shown to %s is verified, and says what is shown', async (_name, reader, receipt) => {
  const shown = present(storedOf(receipt), { onliId: reader, isOperator: reader === 'an operator' })
  expect(await verifyReceipt(shown.jws, keys)).toEqual(shown.receipt)
  expect(shownReceiptSchema.parse(shown.receipt)).toEqual(shown.receipt)
  if (reader === 'an operator') expect(shown).toMatchObject({ receipt, withheld: 0 })
})

test('a receipt has one signed part, the same for everybody and every time', () => {
  const stored = storedOf(purchase)
  const jwts = readers.map((onliId) => present(stored, { onliId, isOperator: false }).jws.split('~')[0])
  const again = createReceiptPresenter(createReceiptSigner({ kid: 'key-1', key: privateKey }))
  jwts.push(again(stored, { onliId: 'ann', isOperator: false }).jws.split('~')[0])
  expect(new Set(jwts).size).toBe(1)
})

test('a receipt keeps its signed part after a newer key has come', () => {
  const stored = storedOf(purchase)
  const newer = { kid: 'key-2', key: generateKeyPairSync('ed25519').privateKey }
  const later = createReceiptPresenter(createReceiptSigner(newer, { kid: 'key-1', key: privateKey }))
  const reader = { onliId: 'bob', isOperator: false }
  expect(later(stored, reader)).toEqual(present(stored, reader))
})

test('the same value in two receipts has two digests: nobody can guess what is hidden', () => {
  const digests = (receipt: Receipt): string[] => {
    const { jws } = present(storedOf(receipt), { onliId: 'eve', isOperator: false })
    return (
      Buffer.from(jws.split('.')[1] ?? '', 'base64url')
        .toString()
        .match(/[\w-]{43}/g) ?? []
    )
  }
  const other = digests({ ...transfer, receiptId: 'rcp.0195' })
  expect(digests(transfer).filter((digest) => other.includes(digest))).toEqual([])
})

test('a stored receipt that was altered is shown to nobody', () => {
  const [header = '', , signature = ''] = signer.sign(transfer).split('.')
  const forged = Buffer.from(JSON.stringify({ ...transfer, units: '700' })).toString('base64url')
  const stored = { ...storedOf(transfer), jws: `${header}.${forged}.${signature}` }
  expect(() => present(stored, { onliId: 'ann', isOperator: true })).toThrow('is not as it was signed')
})

test('what a newer version wrote at the top, and the table does not know, is for operators alone', () => {
  const stored = storedOf({ ...transfer, mandate: 'of ann' } as Receipt)
  expect(toldIn(present(stored, { onliId: 'ann', isOperator: false }))).not.toContain('of ann')
  expect(toldIn(present(stored, { onliId: 'olga', isOperator: true }))).toContain('of ann')
})

test('the table says for each field of a receipt who may read it, and for no other', () => {
  const fields = fieldsOf(receiptSchema)
  expect(Object.keys(receiptReaders).filter((name) => !fields.includes(name))).toEqual([])
  /** Named itself, or within what is not open to all parties. */
  const isCovered = (field: string): boolean =>
    Object.entries(receiptReaders).some(
      ([name, reader]) =>
        field === name || (reader !== 'parties' && field.startsWith(name) && /^[.[]/.test(field.slice(name.length))),
    )
  expect(fields.filter((field) => !isCovered(field))).toEqual([])
})

/** Every field of a schema by the name that the table would give it. */
function fieldsOf(schema: z.ZodType, path: readonly (string | number)[] = []): string[] {
  if (schema instanceof z.ZodOptional) return fieldsOf(schema.unwrap() as z.ZodType, path)
  const own = path.length === 0 ? [] : [receiptField(path)]
  if (schema instanceof z.ZodArray) return [...own, ...fieldsOf(schema.element as z.ZodType, [...path, 0])]
  if (!(schema instanceof z.ZodObject)) return own
  const shape = schema.shape as Readonly<Record<string, z.ZodType>>
  return [...own, ...Object.entries(shape).flatMap(([name, inner]) => fieldsOf(inner, [...path, name]))]
}
