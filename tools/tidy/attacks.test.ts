import { describe, expect, it } from 'vitest'
import { read, writtenFiles } from './repository.ts'

const tests = new Set(writtenFiles('.test.ts'))
const rows = [...read('docs/attacks.md').matchAll(/^\|([^|]+)\|([^|]+)\|([^|]+)\|$/gm)]
  .map((cells) => cells.slice(1).map((cell) => cell.trim()))
  .filter(([attack]) => attack !== 'attack' && attack?.startsWith('-') === false)

describe('docs/attacks.md', () => {
  it('says of each attack what happens', () => {
    expect(rows.length).toBeGreaterThan(30)
    expect(rows.filter((cells) => cells.includes(''))).toEqual([])
  })

  it.each(rows)('names tests that exist: %s', (_attack, _what, cell) => {
    const named = [...cell.matchAll(/`([^`]+)`/g)].map(([, path = '']) => path)
    expect(named.length).toBeGreaterThan(0)
    expect(named.filter((path) => !tests.has(path))).toEqual([])
  })
})
