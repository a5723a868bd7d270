import { expect, it } from 'vitest'
import { parseStrictJson } from './strict-json.ts'

const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels)

it.each([
  ['{"a":5}', 'ok'],
  ['{"a":-5}', 'ok'],
  ['{"a":0}', 'ok'],
  ['{"a":9007199254740991}', 'ok'],
  ['{"a":-9007199254740991}', 'ok'],
  ['"1e3 1.0 -0"', 'ok'],
  ['{"1e3":true}', 'ok'],
  [nested(12), 'ok'],
  [`"${'['.repeat(50)}"`, 'ok'],
  [`"\\"${'['.repeat(50)}"`, 'ok'],
  ['{"a":9007199254740992}', 'invalid_amount'],
  ['{"a":9007199254740993}', 'invalid_amount'],
  ['{"a":10000000000000000000000}', 'invalid_amount'],
  ['{"a":1.5}', 'invalid_amount'],
  ['{"a":1.0}', 'invalid_amount'],
  ['{"a":1e3}', 'invalid_amount'],
  ['{"a":1E3}', 'invalid_amount'],
  ['{"a":-0}', 'invalid_amount'],
  ['{"a":1e400}', 'invalid_amount'],
  ['{"a":{"b":[1,2,0.1]}}', 'invalid_amount'],
  ['1.0', 'invalid_amount'],
  ['{"a":1,"a":1}', 'malformed_json'],
  [String.raw`{"a":1,"\u0061":2}`, 'malformed_json'],
  ['{"b":[{"a":1},{"a":2 , "a" : 3}]}', 'malformed_json'],
  ['{"a":{"a":{"a":1}},"b":[{"a":1},{"a":1}]}', 'ok'],
  [String.raw`{"a":"\"a\":1,","b":"{\\"}`, 'ok'],
  ['{"constructor":1,"__proto__":2}', 'ok'],
  [String.raw`{"a":"\u0000"}`, 'malformed_json'],
  [String.raw`{"\u0000":1}`, 'malformed_json'],
  [String.raw`{"a":["\ud83d"]}`, 'malformed_json'],
  [String.raw`{"a":"\ud83d\ude00"}`, 'ok'],
  [nested(13), 'malformed_json'],
  ['[['.repeat(100_000), 'malformed_json'],
  ['', 'malformed_json'],
  ['{', 'malformed_json'],
  ['{"a":01}', 'malformed_json'],
  ['{"a":+1}', 'malformed_json'],
  ['{"a":0x10}', 'malformed_json'],
  ['{"a":NaN}', 'malformed_json'],
  ["{'a':1}", 'malformed_json'],
  ['{"a":1,}', 'malformed_json'],
  ['{"a":1} x', 'malformed_json'],
  ['\uFEFF{"a":1}', 'malformed_json'],
])('%.60s: %s', (text, verdict) => {
  const parsed = parseStrictJson(text)
  expect(parsed.ok ? 'ok' : parsed.refusal.code).toBe(verdict)
})

it('a key named __proto__ is a key and nothing else', () => {
  const parsed = parseStrictJson('{"__proto__":{"admin":true}}')
  expect(parsed.ok && Object.keys(parsed.value as object)).toEqual(['__proto__'])
  expect(({} as { admin?: boolean }).admin).toBeUndefined()
})
