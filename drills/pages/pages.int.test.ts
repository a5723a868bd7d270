import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { environmentOf, main, nodeOptions, untilReady } from '../../apps/species/src/processes/test-program.ts'
import { browserPath, openBrowser } from './browser.ts'
import { continueAs, inspect, untilPages } from './checks.ts'
import { askWithdrawal, buyByQuote } from './steps.ts'

/** What `npm run pages` plays in full, in the part that each change is asked for. */
describe.skipIf(browserPath() === undefined)('the pages in a browser [needs Chromium]', () => {
  let directory: string
  let program: Awaited<ReturnType<typeof untilReady>>
  let browser: Browser
  const complaints: string[] = []

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'species-pages-'))
    program = await untilReady(process.execPath, [...nodeOptions, main, 'start'], {
      env: environmentOf(directory, { SPECIES_PAGES: '1' }),
    })
    browser = await openBrowser()
    await untilPages(program.url)
  }, 240_000)
  afterAll(async () => {
    await browser.close()
    program.child.kill('SIGTERM')
    await new Promise((resolve) => program.child.once('exit', resolve))
    rmSync(directory, { recursive: true, force: true })
  })

  async function pageOf(person: string): Promise<Page> {
    const page = await (await browser.newContext({ viewport: { width: 1_100, height: 800 } })).newPage()
    page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.message}`))
    await continueAs(page, program.url, person)
    return page
  }

  test('a trader buys by a quote, fresh money cannot be withdrawn, and axe finds nothing serious, in the console neither', async () => {
    const { url } = program
    const alice = await pageOf('alice')
    await buyByQuote(alice, url)
    await askWithdrawal(alice, url)
    const operator = await pageOf('operator')
    for (const path of ['/', '/book', '/status']) await inspect(alice, url + path)
    for (const path of ['/console', '/console/halts', '/console/config']) await inspect(operator, url + path)
    expect(complaints).toEqual([])
  }, 300_000)
})
