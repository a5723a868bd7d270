// `npm run pages`: a trader in a real browser, from "continue as alice" to a verified receipt, on a marketplace of its own.
// `-- --shots DIR` writes a picture of each page, wide and narrow, light and dark. Needs Chromium (`CHROMIUM`, or in PATH).
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { environmentOf, main, nodeOptions, untilReady } from '../../apps/species/src/processes/test-program.ts'
import { openBrowser } from './browser.ts'
import { createChecks, untilPages } from './checks.ts'
import { playOperator } from './operator.ts'
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
