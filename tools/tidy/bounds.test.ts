import { defaultConfig } from '@species/config'
import { describe, expect, it } from 'vitest'
import { read, writtenFiles } from './repository.ts'

/** What docs/bounds.md calls a place, and the constants there: `package constant`, with each value it has there. */
type Constants = ReadonlyMap<string, readonly number[]>

/** Numbers that bound nothing: units of time, versions, codes, sizes that only divide work. */
const noBounds = new Set([
  'config minuteMs',
  'config dayMs',
  'classifier classifierVersion',
  'species defaultMetricsPort',
  'providers maxTimeMs',
  'matching largestSizeClass',
  'platform mostWritten',
])

const sources = writtenFiles('.ts').filter(
  (path) =>
    /^(packages|modules|apps)\/(?!sandbox\/|testing\/|sdk\/)/.test(path) &&
    !/([.]test|test-[a-z]+)[.]ts$|\/src\/(commands|demo)\//.test(path),
)
const constant = /^(export )?const (\w+)(?:: number)? = (-?[\d_]+n?(?: [*+/] [\d_]+n?)*|\w+ \/ \d+|\d+ \* \w+)$/gm

const { exported, all } = constantsOf(sources)
const page = read('docs/bounds.md')
const rows = [...page.matchAll(/^\|([^|]+)\|([^|]+)\|([^|]+)\|([^|]+)\|([^|]+)\|$/gm)]
  .map((cells) => cells.slice(1).map((cell) => cell.trim()))
  .filter(([bound]) => bound !== 'bound' && !bound?.startsWith('-'))
const cited = new Map<string, number[]>()
for (const [bound = '', value = '', place = ''] of rows) {
  const [, folder, name] = /^`([\w-]+)`(?: `([\w.]+)`)?$/.exec(place) ?? []
  if (folder === undefined) throw new Error(`${bound}: "${place}" is no place`)
  if (name !== undefined) cited.set(`${folder} ${name}`, [...(cited.get(`${folder} ${name}`) ?? []), numberOf(value)])
}

describe('docs/bounds.md', () => {
  it('says of each bound how much, where, why and what the caller sees', () => {
    expect(rows.length).toBeGreaterThan(100)
    expect(rows.filter((cells) => cells.length !== 5 || cells.includes(''))).toEqual([])
  })

  it('names constants that exist, with their values', () => {
    const defaults = configured()
    const wrong = [...cited].filter(([name, values]) => {
      const known = all.get(name) ?? defaults.get(name) ?? []
      return values.some((value) => !known.includes(value))
    })
    expect(wrong.map(([name, values]) => `${name}: the page says ${values.join(', ')}`)).toEqual([])
  })

  it('leaves out no exported bound, and none whose name says that it is one', () => {
    const bounds = [...all.keys()].filter(
      (name) => exported.has(name) || / (max|most|longest|shortest|fewest)[A-Z]/.test(name),
    )
    expect(bounds.filter((name) => !cited.has(name) && !noBounds.has(name))).toEqual([])
  })

  it('leaves out no duration of the configuration', () => {
    const durations = [...configured().keys()].filter((name) => name.endsWith('Ms'))
    expect(durations.filter((name) => !cited.has(name))).toEqual([])
  })
})

function constantsOf(paths: readonly string[]): { exported: ReadonlySet<string>; all: Constants } {
  const public_ = new Set<string>()
  const found = new Map<string, number[]>()
  for (const path of paths) {
    const folder = path.split('/')[1] ?? ''
    const own = new Map<string, number>()
    for (const [, isExported, name = '', expression = ''] of read(path).matchAll(constant)) {
      const value = evaluate(expression, own)
      if (value === undefined) continue
      own.set(name, value)
      const key = `${folder} ${name}`
      found.set(key, [...(found.get(key) ?? []), value])
      if (isExported !== undefined) public_.add(key)
    }
  }
  return { exported: public_, all: found }
}

/** Products and quotients of numbers, and of constants further up in the file. */
function evaluate(expression: string, known: ReadonlyMap<string, number>): number | undefined {
  const [first = '', ...rest] = expression.split(' ')
  const numeric = (text: string): number => known.get(text) ?? Number(text.replace(/[_n]/g, ''))
  let value = numeric(first)
  for (let at = 0; at < rest.length; at += 2) {
    const other = numeric(rest[at + 1] ?? '')
    value = rest[at] === '*' ? value * other : rest[at] === '/' ? value / other : value + other
  }
  return Number.isNaN(value) ? undefined : value
}

/** "64 KiB" is 65,536; "5 min" is 300,000 milliseconds. */
function numberOf(text: string): number {
  const units = { ms: 1, s: 1_000, min: 60_000, h: 3_600_000, d: 86_400_000, KiB: 1_024, MiB: 1_048_576, bp: 1 }
  const [, digits = '', unit] = /^([\d,]+)(?: (\w+))?$/.exec(text) ?? []
  const factor = unit === undefined ? 1 : units[unit as keyof typeof units]
  return Number(digits.replaceAll(',', '')) * factor
}

/** Each number of the configuration of a new marketplace, as `config path.of.the.field`. */
function configured(): Constants {
  const config = defaultConfig({
    depositAddresses: { ETH: [], BSC: [], POLYGON: [], TRON: [] },
    escrowVault: 'escrow',
    poolVault: 'pool',
  })
  const found = new Map<string, number[]>()
  const walk = (part: object, path: string): void => {
    for (const [name, value] of Object.entries(part) as [string, unknown][]) {
      if (typeof value === 'number') found.set(`config ${path}${name}`, [value])
      else if (typeof value === 'object' && value !== null && name !== 'chains') walk(value, `${path}${name}.`)
    }
  }
  walk(config, '')
  return found
}
