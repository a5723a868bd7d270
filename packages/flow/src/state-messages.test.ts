import { type Dossier, encodeBody, schemaOf, stateSections } from '@species/contracts'
import { partitionOf } from '@species/kernel'
import { dossierOf } from '@species/testing'
import { describe, expect, it } from 'vitest'
import { advance, end, fromStored, refuse, review, wait } from './state-messages.ts'

const key = '01900000-0000-7000-8000-000000000001'
const cause = { trace: 'trace-1' }
const accepted = dossierOf(key, { from: 'alice', to: 'bob', amount: '5' })
const refusal = { code: 'insufficient_units', detail: 'none are free', by: 'cashier' } as const

describe('the message of a state', () => {
  it('is its event’s, in the partition of its owner, with the section that is added and the time', () => {
    expect(advance('classified', cause, accepted, { intent: 'TRANSFER' }, 1_000)).toEqual({
      topic: 'classified',
      key,
      partition: partitionOf('alice'),
      trace: 'trace-1',
      body: { ...accepted, intent: 'TRANSFER', times: { ...accepted.times, classified: 1_000 } },
    })
  })

  it('of a refusal carries what was known when it was refused', () => {
    const { topic, body } = refuse(cause, { ...accepted, intent: 'TRANSFER' }, refusal, 1_000)
    expect([topic, body.intent, body.refusal, body.times.refused]).toEqual(['refused', 'TRANSFER', refusal, 1_000])
  })

  it.each([
    wait(cause, accepted, { by: 'validator', reason: 'not_found', untilMs: 2_000 }),
    review(cause, accepted, { by: 'validator', reason: 'facts disagree', facts: { paid: '1' } }),
    end('failed', cause, { eventKey: key, owner: 'alice', eventId: accepted.eventId, receiptId: 'r', parties: [] }),
    refuse(cause, accepted, refusal, 1_000),
  ])('$topic is what its schema reads', (message) => {
    const read = schemaOf(message.topic).parse(JSON.parse(encodeBody(message.body)))
    expect(read).toEqual(message.body)
    expect([message.key, message.partition]).toEqual([key, partitionOf('alice')])
  })

  it('is built with all sections of its state, or it does not compile', () => {
    // @ts-expect-error: the intent is missing
    advance('classified', cause, accepted, {}, 1_000)
    // @ts-expect-error: the payment is known, the intent is not
    advance('validated', cause, accepted, { payment: { source: 'none', claims: [] } }, 1_000)
    const classified = { ...accepted, intent: 'TRANSFER' as const }
    const { body } = advance('validated', cause, classified, { payment: { source: 'none', claims: [] } }, 1_000)
    expect(body.payment).toEqual({ source: 'none', claims: [] })
  })
})

describe('a stored body', () => {
  const stored: Dossier = { ...accepted, refusal, times: { ...accepted.times, refused: 5 } }

  it('is the message that it was, with the times it was stored with', () => {
    expect(fromStored('refused', cause, stored).map(({ topic, body }) => [topic, body])).toEqual([['refused', stored]])
  })

  it('is no message where a section of its state is missing, or nothing is stored', () => {
    expect([...fromStored('released', cause, stored), ...fromStored('refused', cause, undefined)]).toEqual([])
  })
})

it('a state further on carries all that the state before it carries', () => {
  const forward = [
    'accepted',
    'classified',
    'validated',
    'matched',
    'funded',
    'delivered',
    'confirmed',
    'settled',
  ] as const
  for (const [index, state] of forward.entries()) {
    const before = forward[index - 1]
    expect(stateSections[state]).toEqual(expect.arrayContaining(before ? [...stateSections[before]] : []))
  }
})
