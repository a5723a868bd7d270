import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { continueAs } from './checks.ts'
import { consolePages } from './operator.ts'

const looks = [
  { name: 'wide', width: 1_280, height: 900, colorScheme: 'light' },
  { name: 'narrow-dark', width: 320, height: 720, colorScheme: 'dark' },
] as const
const publicPages = ['/', '/book', '/status', '/sign-in', '/nothing-here', '/buy']
const ownPages = ['/', '/book', '/buy', '/sell', '/transfer', '/redeem', '/withdraw', '/events', '/keys']

/** Pictures of every page as it is, for people to look at. */
export async function takeShots(browser: Browser, url: string, folder: string): Promise<void> {
  for (const { name, width, height, colorScheme } of looks) {
    const context = await browser.newContext({ viewport: { width, height }, colorScheme, reducedMotion: 'reduce' })
    const page = await context.newPage()
    const shoot = async (path: string, who: string): Promise<void> => {
      await page.goto(url + path)
      await settled(page)
      const title = path === '/' ? 'home' : path.slice(1).replaceAll('/', '-').slice(0, 24)
      await page.screenshot({ path: join(folder, `${who}-${title}-${name}.png`), fullPage: true })
    }
    for (const path of publicPages) await shoot(path, 'anyone')
    await continueAs(page, url, 'alice')
    for (const path of ownPages) await shoot(path, 'alice')
    await page.goto(`${url}/events`)
    await settled(page)
    const event = await page.locator('main a[href^="/events/"]').first().getAttribute('href')
    if (event !== null) await shoot(event, 'alice')
    await page.goto(`${url}/buy`)
    await page.getByLabel('Units').fill('3')
    await page.getByRole('button', { name: /^Buy/ }).waitFor()
    await page.screenshot({ path: join(folder, `alice-buy-filled-${name}.png`), fullPage: true })
    await shootQuote(page, (what) => join(folder, `alice-${what}-${name}.png`))
    await page.getByRole('button', { name: 'Sign out' }).click()
    await continueAs(page, url, 'operator')
    for (const path of consolePages) await shoot(path, 'operator')
    await context.close()
  }
}

/** A purchase by a quote, from the price to the payment on its way. */
async function shootQuote(page: Page, fileOf: (what: string) => string): Promise<void> {
  const shoot = async (what: string): Promise<void> => {
    await page.screenshot({ path: fileOf(what), fullPage: true })
  }
  await page.getByText('USDT on ETH', { exact: true }).click()
  await shoot('buy-by-quote')
  await page.getByRole('button', { name: 'Get a quote' }).click()
  await page.getByRole('button', { name: /^Buy 3 units/ }).waitFor()
  await shoot('quote')
  await page.getByRole('button', { name: /^Buy 3 units/ }).click()
  await page.getByRole('button', { name: 'Pay this' }).waitFor()
  await shoot('quote-pay')
  await page.getByRole('button', { name: 'Pay this' }).click()
  await page.getByText('What came in').waitFor({ timeout: 120_000 })
  await shoot('quote-confirming')
  await page.getByText('Signature verified in this browser').waitFor({ timeout: 120_000 })
  await shoot('quote-done')
}

async function settled(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle').catch(() => undefined)
  await page
    .locator('.waiting-line')
    .first()
    .waitFor({ state: 'detached' })
    .catch(() => undefined)
}
