import { describe, expect, it } from 'vitest'
import { linesMatching, read, writtenFiles } from './repository.ts'

/** The words of docs/style.md, 'Refused words'. */
const refused = [
  /\b(whoever|whomever|somebody|anybody|nobody|whence|whither|thereof)\b/,
  /\b(he|him|his|himself)\b/,
  /\b(is|are|was|were|be|being) away\b/,
  /\b(so long as|for so long|only a wish)\b/,
  /(?<!dead )\b(a|the|this|each|every) letters?\b(?! of)/,
]
const pattern = new RegExp(refused.map(({ source }) => source).join('|'), 'i')

/** They quote the refused words. */
const quoting = ['docs/style.md', 'tools/tidy/plain-english.test.ts']

/** Pages and folders that are not rewritten yet. One that is clean must leave the list. */
const pending: readonly string[] = [
  'apps/species',
  'bench/mix.ts',
  'bench/parts',
  'bench/split',
  'drills/attacks',
  'drills/chaos',
  'drills/frozen',
  'drills/servers',
  'modules/asset-manager',
  'modules/authenticator',
  'modules/cashier',
  'modules/classifier',
  'modules/config',
  'modules/floor-manager',
  'modules/marketplace-api',
  'modules/matching',
  'modules/reporter',
  'modules/validator',
  'packages/bus',
  'packages/contracts',
  'packages/database',
  'packages/flow',
  'packages/sandbox',
  'packages/testing',
  'simulation/bus.ts',
  'simulation/check',
  'simulation/engine.ts',
  'simulation/faults.ts',
  'simulation/life.ts',
  'simulation/operator.ts',
  'simulation/partners',
  'simulation/play.ts',
  'simulation/population.ts',
  'simulation/process.ts',
  'simulation/run.ts',
  'simulation/setting.ts',
  'simulation/traffic.ts',
  'tools/tidy',
]

function area(path: string): string {
  return path.endsWith('.md') ? path : path.split('/').slice(0, 2).join('/')
}

/** Migrations keep their words: one that has run never changes. The frozen recordings are data. */
function isChecked(path: string): boolean {
  return /\.(md|ts|mjs|js|sql|proto)$/.test(path) && !path.includes('/migrations/') && path !== 'docs/schema.sql'
}

const findings = writtenFiles()
  .filter((path) => isChecked(path) && !quoting.includes(path))
  .flatMap((path) => linesMatching(path, read(path), pattern).map((line) => ({ area: area(path), line })))

describe('plain English', () => {
  it('is written everywhere but in what is still pending', () => {
    expect(findings.filter((found) => !pending.includes(found.area)).map(({ line }) => line)).toEqual([])
  })

  it('has no page or folder pending that is clean', () => {
    const dirty = new Set(findings.map((found) => found.area))
    expect(pending.filter((name) => !dirty.has(name))).toEqual([])
  })

  it.each([
    'Whoever asks again gets the same answer',
    'the row is his',
    'while the database is away',
    'kept for so long',
    'send the letter again',
  ])('refuses "%s"', (text) => {
    expect(pattern.test(text)).toBe(true)
  })

  it.each(['the client asks again', 'send the dead letter again', 'the letters of an id', 'this is theirs'])(
    'allows "%s"',
    (text) => {
      expect(pattern.test(text)).toBe(false)
    },
  )
})
