import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { continueAs } from './trader.ts'

const looks = [
  { name: 'wide', width: 1_280, height: 900, colorScheme: 'light' },
  { name: 'narrow-dark', width: 320, height: 720, colorScheme: 'dark' },
] as const
const publicPages = ['/', '/book', '/status', '/sign-in', '/nothing-here', '/buy']
const ownPages = ['/', '/book', '/buy', '/sell', '/transfer', '/redeem', '/events', '/keys']

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
    await context.close()
  }
}

async function settled(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle').catch(() => undefined)
  await page
    .locator('.waiting-line')
    .first()
    .waitFor({ state: 'detached' })
    .catch(() => undefined)
}
