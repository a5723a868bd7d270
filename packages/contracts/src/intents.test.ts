import { describe, expect, test } from 'vitest'
import { intentSchema } from './event.ts'
import { feeFacts, intentFacts, intents } from './intents.ts'
import { receiptSchema } from './receipt.ts'

describe.each(intents)('the facts of %s', (intent) => {
  const { units, money, price, book, role } = intentFacts[intent]

  test('move units from one place to another', () => {
    expect(units.from).not.toBe(units.to)
  })

  test('have one source of the price wherever money moves, and none where none does', () => {
    const sources = [price !== undefined, book === 'buys'].filter(Boolean)
    expect(sources).toHaveLength(money === undefined ? 0 : 1)
  })

  test('pay sellers exactly where listings are bought from', () => {
    expect(money?.payee === 'sellers').toBe(book === 'buys')
  })

  test('put units that are for sale into escrow, and take them out of it', () => {
    expect(units.to === 'escrow').toBe(book === 'opens')
    expect(units.from === 'escrow').toBe(book === 'buys' || book === 'takes back')
  })

  test('pay a user who gives units, and let pay a user who gets them', () => {
    if (money?.payer === 'user') expect(units.to).toBe('user')
    if (money?.payer === 'pool') expect([units.to, money.payee]).toEqual(['pool', 'user'])
  })

  test('name a fee that is configured and a role that a receipt knows', () => {
    if (money) expect(money.fee in feeFacts).toBe(true)
    expect(receiptSchema.shape.parties.element.shape.role.options).toContain(role)
  })

  test('are those of an intent that an event may state', () => {
    expect(intentSchema.parse(intent)).toBe(intent)
  })
})
