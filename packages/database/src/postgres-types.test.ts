import fc from 'fast-check'
import { expect, it } from 'vitest'
import { fromList, toList } from './postgres-types.ts'

it.each([
  ['{}', []],
  ['{a,NULL,"NULL","x,y","q\\"\\\\"}', ['a', null, 'NULL', 'x,y', 'q"\\']],
  ['{""}', ['']],
])('a list of Postgres is read: %s', (text, list) => {
  expect(fromList(text, String)).toEqual(list)
})

it('a list of any texts comes back as it went', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.string({ unit: 'binary' }))), (list) => {
      expect(fromList(toList(list), String)).toEqual(list)
    }),
  )
})
