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
  'docs/GLOSSARY.md',
  'docs/OPERATIONS.md',
  'docs/SCALE.md',
  'docs/decisions/0001-queries-are-functions.md',
  'docs/decisions/0002-the-reporter-owns-no-tables.md',
  'docs/decisions/0004-a-receivable-is-a-debit-balance.md',
  'docs/decisions/0005-the-directory-lock-is-sqlite.md',
  'docs/decisions/0007-safe-requests-store-no-nonce.md',
  'docs/decisions/0010-minted-events-belong-to-market.md',
  'docs/decisions/0012-receipt-ids-contain-a-point.md',
  'docs/decisions/0017-a-buyer-may-be-faster-than-the-message.md',
  'docs/decisions/0018-the-reporter-keeps-answers-itself.md',
  'docs/decisions/0019-frames-and-handing-over.md',
  'docs/decisions/0021-plans-outlive-the-size-of-a-table.md',
  'docs/decisions/0022-a-connection-to-postgres-lives-once.md',
  'docs/decisions/0023-the-tiers-of-the-cache-are-ours.md',
  'docs/decisions/0025-an-unprotected-primary-is-refused-before-its-first-failover.md',
  'docs/decisions/0026-a-payment-that-is-back-has-another-life.md',
  'docs/decisions/0027-what-fails-for-good-fails-alone.md',
  'docs/decisions/0031-prices-are-pinned-safety-is-not.md',
  'docs/decisions/0032-a-newer-proof-asks-for-a-transfer.md',
  'docs/decisions/0036-who-asks-too-often-has-used-no-nonce.md',
  'docs/decisions/0037-a-signature-names-our-own-address-as-it-was-sent.md',
  'docs/decisions/0038-a-receipt-is-disclosed-field-by-field.md',
  'docs/decisions/0039-a-limit-binds-on-every-road.md',
  'drills/attacks',
  'drills/chaos',
  'drills/chaos/README.md',
  'drills/frozen',
  'drills/servers',
  'modules/asset-manager',
  'modules/authenticator',
  'modules/authenticator/README.md',
  'modules/cashier',
  'modules/classifier',
  'modules/config',
  'modules/floor-manager',
  'modules/floor-manager/README.md',
  'modules/marketplace-api',
  'modules/matching',
  'modules/reporter',
  'modules/reporter/README.md',
  'modules/validator',
  'modules/validator/README.md',
  'packages/bus',
  'packages/cache',
  'packages/contracts',
  'packages/database',
  'packages/http',
  'packages/kernel',
  'packages/platform',
  'packages/providers',
  'packages/sandbox',
  'packages/sandbox/README.md',
  'packages/sdk',
  'packages/testing',
  'simulation/README.md',
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
