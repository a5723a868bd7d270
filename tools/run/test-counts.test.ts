import { describe, expect, it } from 'vitest'
import { type ReportedModule, countTests, skipsWithoutReason, summaryLine } from './test-counts.ts'

interface Planted {
  tests?: { fullName: string; state: string; note?: string }[]
  errors?: unknown[]
  suiteErrors?: unknown[]
}

function moduleWith({ tests = [], errors = [], suiteErrors = [] }: Planted): ReportedModule {
  return {
    relativeModuleId: 'a.test.ts',
    errors: () => errors,
    children: {
      allTests: () => tests.map(({ fullName, ...result }) => ({ fullName, result: () => result })),
      allSuites: () => [{ fullName: 'suite', errors: () => suiteErrors }],
    },
  }
}

describe('counting a test run', () => {
  const given: [what: string, planted: Planted, unhandled: unknown[], line: string][] = [
    ['nothing', {}, [], '0 passed, 0 failed, 0 skipped'],
    ['a passed test', { tests: [{ fullName: 'a', state: 'passed' }] }, [], '1 passed, 0 failed, 0 skipped'],
    ['a failed test', { tests: [{ fullName: 'a', state: 'failed' }] }, [], '0 passed, 1 failed, 0 skipped'],
    ['a skipped test', { tests: [{ fullName: 'a', state: 'skipped' }] }, [], '0 passed, 0 failed, 1 skipped'],
    ['a test that never ended', { tests: [{ fullName: 'a', state: 'pending' }] }, [], '0 passed, 1 failed, 0 skipped'],
    ['a file that does not load', { errors: [new Error('x')] }, [], '0 passed, 1 failed, 0 skipped'],
    ['a hook that throws', { suiteErrors: [new Error('x')] }, [], '0 passed, 1 failed, 0 skipped'],
    ['an error outside of any test', {}, [new Error('x')], '0 passed, 1 failed, 0 skipped'],
  ]
  it.each(given)('counts %s', (_what, planted, unhandled, line) => {
    expect(summaryLine(countTests([moduleWith(planted)], unhandled))).toBe(line)
  })
})

describe('the reason of a skip', () => {
  it('is read from the brackets in the name', () => {
    const { skips } = countTests(
      [moduleWith({ tests: [{ fullName: 'bus [needs NATS] > acks', state: 'skipped' }] })],
      [],
    )
    expect(skips).toEqual(['a.test.ts > bus [needs NATS] > acks: needs NATS'])
  })

  it('is read from the note of the skip', () => {
    const { skips } = countTests(
      [moduleWith({ tests: [{ fullName: 'b', state: 'skipped', note: 'needs Redis' }] })],
      [],
    )
    expect(skips).toEqual(['a.test.ts > b: needs Redis'])
  })

  it('is missed when there is none', () => {
    const counts = countTests([moduleWith({ tests: [{ fullName: 'bare', state: 'skipped' }] })], [])
    expect(skipsWithoutReason(counts)).toHaveLength(1)
  })
})
