// Runs all tests, or those that the arguments name, as `vitest run` would; then says what was skipped and why.
// The last line is always `N passed, N failed, N skipped`. With REQUIRE_ENGINES=1 a skip is a failure.
import { dirname } from 'node:path'
import { parseCLI, startVitest } from 'vitest/node'
import { countTests, skipsWithoutReason, summaryLine } from './run/test-counts.ts'

process.chdir(dirname(import.meta.dirname))
// A test brings its own settings: those of the shell, as `npm run engines` prints them, must not reach its programs.
delete process.env['DATABASE_URL']
delete process.env['NATS_URL']
delete process.env['REDIS_URL']
const { filter, options } = parseCLI(['vitest', 'run', ...process.argv.slice(2)])
// Vitest skips what `-t` does not match; those skips are wanted and carry no reason.
const isPartial = options.testNamePattern !== undefined

const vitest = await startVitest(filter, { ...options, watch: false, run: true })
const modules = vitest.state.getTestModules()
const counts = countTests(modules, vitest.state.getUnhandledErrors())
await vitest.close()

const complaints = complain()
if (!isPartial) print('Skipped:', counts.skips)
print('Failed:', counts.failures)
for (const complaint of complaints) console.log(`\n${complaint}`)
console.log(`\n${summaryLine(counts)}`)
// A test that left a socket or a timer behind must not keep the command from ending.
process.exit(counts.failures.length + complaints.length === 0 ? 0 : 1)

function complain(): string[] {
  const found: string[] = []
  if (modules.length === 0) found.push('No test files were found.')
  if (isPartial) return found
  if (skipsWithoutReason(counts).length > 0) found.push('A skip needs a reason: see above.')
  if (process.env['REQUIRE_ENGINES'] === '1' && counts.skips.length > 0) {
    found.push(
      'REQUIRE_ENGINES=1: the skipped tests above count as failures. Start what they need (Postgres, NATS, Redis) and ' +
        'point TEST_DATABASE_URL, TEST_NATS_URL and TEST_REDIS_URL at it.',
    )
  }
  return found
}

function print(title: string, lines: readonly string[]): void {
  if (lines.length > 0) console.log(`\n${title}\n${lines.map((line) => `  ${line}`).join('\n')}`)
}
