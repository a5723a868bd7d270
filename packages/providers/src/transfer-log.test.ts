import { describe, expect, test } from 'vitest'
import { decodeTransfer, transferTopic } from './transfer-log.ts'

const from = `${'0'.repeat(24)}${'1'.repeat(40)}`
const to = `${'0'.repeat(24)}${'2'.repeat(40)}`
const word = (value: bigint): string => value.toString(16).padStart(64, '0')
const approval = '8c5be1e5ebec7d5bd14f71427d1e84f3dd0314c0f7b2291e5b200ac8c7c3b925'

describe('a Transfer log', () => {
  test.each([
    ['with 0x, in capitals', [`0x${transferTopic}`.toUpperCase().replace('0X', '0x'), `0x${from}`, `0x${to}`, null]],
    ['without 0x', [transferTopic, from, to]],
  ])('is read %s', (_name, topics) => {
    expect(decodeTransfer(topics, word(7n))).toEqual({ from: '1'.repeat(40), to: '2'.repeat(40), value: 7n })
  })

  test('may hold the largest number there is', () => {
    expect(decodeTransfer([transferTopic, from, to], 'f'.repeat(64))?.value).toBe(2n ** 256n - 1n)
  })

  test.each<[string, (string | null)[], string]>([
    ['an approval', [approval, from, to], word(7n)],
    ['an ERC-721 transfer, which has four topics', [transferTopic, from, to, word(7n)], ''],
    ['a log with its addresses in the data', [transferTopic, null, null, null], from + to + word(7n)],
    ['a log with a gap', [transferTopic, null, from, to], word(7n)],
    ['an address of more than 20 bytes', [transferTopic, `1${from.slice(1)}`, to], word(7n)],
    ['two words of data', [transferTopic, from, to], word(7n) + word(8n)],
    ['no data', [transferTopic, from, to], ''],
    ['data that is no number', [transferTopic, from, to], 'x'.repeat(64)],
    ['no topics', [], word(7n)],
  ])('is not %s', (_name, topics, data) => {
    expect(decodeTransfer(topics, data)).toBeUndefined()
  })
})
