/** What a run of the tests came to. `failures` and `skips` are lines for a person to read. */
export interface TestCounts {
  readonly passed: number
  readonly failures: readonly string[]
  readonly skips: readonly string[]
}

/** The parts of Vitest's report that are counted; its own classes fit. */
interface ReportedTest {
  readonly fullName: string
  result(): { readonly state: string; readonly note?: string | undefined }
}
export interface ReportedModule {
  readonly relativeModuleId: string
  errors(): readonly unknown[]
  readonly children: {
    allTests(): Iterable<ReportedTest>
    allSuites(): Iterable<{ readonly fullName: string; errors(): readonly unknown[] }>
  }
}

/**
 * A file that could not be loaded, a hook that threw and an error that no test caught each count as one failure:
 * none of them belongs to a test, and a count that left them out would say that all is well.
 */
export function countTests(modules: readonly ReportedModule[], unhandled: readonly unknown[]): TestCounts {
  let passed = 0
  const failures: string[] = []
  const skips: string[] = []
  for (const module of modules) {
    const at = (name: string): string => `${module.relativeModuleId} > ${name}`
    if (module.errors().length > 0) failures.push(at('(the file itself)'))
    for (const suite of module.children.allSuites()) {
      if (suite.errors().length > 0) failures.push(at(`${suite.fullName} (a hook)`))
    }
    for (const test of module.children.allTests()) {
      const result = test.result()
      if (result.state === 'passed') passed += 1
      else if (result.state === 'skipped') skips.push(`${at(test.fullName)}: ${reasonOf(test.fullName, result.note)}`)
      else failures.push(at(test.fullName))
    }
  }
  return {
    passed,
    failures: [...failures, ...unhandled.map((error) => `(outside of any test) ${describe(error)}`)],
    skips,
  }
}

const noReason = 'NO REASON GIVEN: write it in the name, as in [needs Postgres]'

/** By convention the reason stands in square brackets in the name of the test or of a `describe` around it. */
function reasonOf(fullName: string, note: string | undefined): string {
  return note ?? /\[([^\]]+)\]/.exec(fullName)?.[1] ?? noReason
}

export function skipsWithoutReason(counts: TestCounts): readonly string[] {
  return counts.skips.filter((skip) => skip.endsWith(noReason))
}

function describe(error: unknown): string {
  const message = typeof error === 'object' && error !== null && 'message' in error ? error.message : error
  return String(message).split('\n')[0] ?? ''
}

/** The line that people and CI read. CI parses it, so its form is fixed. */
export function summaryLine(counts: TestCounts): string {
  return `${counts.passed} passed, ${counts.failures.length} failed, ${counts.skips.length} skipped`
}
