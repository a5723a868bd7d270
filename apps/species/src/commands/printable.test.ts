import { expect, it } from 'vitest'
import { printable } from './printable.ts'

it.each([
  ['\u001b[2K\u001b[1Aharmless', '\\u001b[2K\\u001b[1Aharmless'],
  ['a\rb', 'a\\u000db'],
  ['pay \u202eetsul', 'pay \\u202eetsul'],
  ['one\nExactly: {}', 'one\n  Exactly: {}'],
  ['one\n  treasuryPrice: "1" → "2"', 'one\n  treasuryPrice: "1" → "2"'],
  ['Zoë 漢字', 'Zoë 漢字'],
])('text of another person cannot write over other lines, nor look like one of ours: %j', (text, expected) => {
  expect(printable(text)).toBe(expected)
})
