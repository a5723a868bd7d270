import { expect, it } from 'vitest'
import { linesMatching, read, writtenFiles } from './repository.ts'

it('never takes money through floating point', () => {
  const sources = writtenFiles('.ts').filter((path) => path.startsWith('modules/') && !path.endsWith('.test.ts'))
  const floats = /\b(parseFloat\(|toFixed\(|toPrecision\(|Number\.parseFloat)/
  expect(sources.flatMap((path) => linesMatching(path, read(path), floats))).toEqual([])
})
