// `npm run pages`: a trader in a real browser, from "continue as alice" to a verified receipt, on a marketplace of its own.
// `-- --shots DIR` writes a picture of each page, wide and narrow, light and dark. Needs Chromium (`CHROMIUM`, or in PATH).
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { environmentOf, main, nodeOptions, untilReady } from '../../apps/species/src/processes/test-program.ts'
import { openBrowser } from './browser.ts'
import { createChecks, untilPages } from './checks.ts'
import { playOperator } from './operator.ts'
import { playPasskeys } from './passkeys.ts'
import { takeShots } from './shots.ts'
import { playTrader } from './trader.ts'

const { values } = parseArgs({ options: { shots: { type: 'string' }, url: { type: 'string' } } })
const directory = mkdtempSync(join(tmpdir(), 'species-pages-'))
const program =
  values.url === undefined
    ? await untilReady(process.execPath, [...nodeOptions, main, 'start'], {
        env: environmentOf(directory, { SPECIES_PAGES: '1' }),
      })
    : undefined
const url = values.url ?? program?.url ?? ''
process.exitCode = 1
const browser = await openBrowser()
try {
  await untilPages(url)
  const checks = createChecks()
  await playTrader(browser, url, checks)
  await playOperator(browser, url, checks)
  // A link is made by an operator, on the command line of the same data directory.
  if (program) await playPasskeys(browser, url, checks, (onliId) => inviteIn(directory, onliId))
  await checks.check('no page complained in the console', async () => {
    if (checks.complaints().length > 0) throw new Error(checks.complaints().slice(0, 10).join('\n'))
  })
  const { passed, failed } = checks.counts()
  if (values.shots !== undefined) {
    mkdirSync(values.shots, { recursive: true })
    await takeShots(browser, url, values.shots)
  }
  console.log(`${passed} passed, ${failed} failed`)
  process.exitCode = failed === 0 ? 0 : 1
} finally {
  await browser.close()
  program?.child.kill('SIGTERM')
  if (program) await new Promise((resolve) => program.child.once('exit', resolve))
  rmSync(directory, { recursive: true, force: true })
}

/** The link that `species user invite` prints. */
async function inviteIn(data: string, onliId: string): Promise<string> {
  const argv = [...nodeOptions, main, 'user', 'invite', onliId, '--json']
  const { stdout } = await promisify(execFile)(process.execPath, argv, { env: environmentOf(data) })
  return (JSON.parse(stdout) as { link: string }).link
}
