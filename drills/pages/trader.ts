import type { Browser, Page } from 'playwright-core'
import { type Checks, continueAs, inspect } from './checks.ts'
import { askWithdrawal, buyByQuote } from './steps.ts'

/** What a trader does on the pages, each step a check. All are played, so that one run shows everything that is wrong. */
export async function playTrader(browser: Browser, url: string, { check, listen }: Checks): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 1_000, height: 800 } })
  const page = await context.newPage()
  page.setDefaultTimeout(30_000)
  listen(page)

  await check('the market opens without an account, with its prices', async () => {
    await page.goto(url)
    await page.getByText('1.00 USDT').first().waitFor()
    await page.getByText('Sandbox: units and money here are worth nothing.').waitFor()
  })
  await check('a private page asks to sign in', async () => {
    await page.goto(`${url}/buy`)
    await page.getByText('Sign in to see this page').waitFor()
  })
  await check('alice continues, and sees what she has', async () => {
    await continueAs(page, url, 'alice')
    await page.getByText('100 SPECIES', { exact: true }).waitFor()
  })
  await check('the key in the browser cannot be exported', async () => {
    const isExportable = await page.evaluate(readKeyExtractable)
    if (isExportable !== false) throw new Error(`extractable is ${String(isExportable)}`)
  })
  await check('alice buys from the treasury with her credit and reads a verified receipt', async () => {
    await page.goto(`${url}/buy`)
    await page.getByLabel('Units').fill('4')
    await page.getByText('4.02 USDT').waitFor()
    await page.getByRole('button', { name: 'Buy 4 units' }).click()
    await completed(page)
  })
  await check('alice asks for a quote, pays it on the sandbox’s chain, and gets the units', async () => {
    await buyByQuote(page, url)
  })
  await check('a payment that is short buys nothing and is told in words', async () => {
    await page.goto(`${url}/buy`)
    await page.getByLabel('Units').fill('2')
    await page.getByText('USDT on ETH', { exact: true }).click()
    await page.getByRole('button', { name: 'Get a quote' }).click()
    await page.getByRole('button', { name: 'Buy 2 units, and see where to pay' }).click()
    await page.getByLabel('Amount').fill('1')
    await page.getByRole('button', { name: 'Pay this' }).click()
    await page.getByText('less than what is due: nothing is bought with it').waitFor({ timeout: 120_000 })
    await page.getByText('failed', { exact: true }).waitFor({ timeout: 120_000 })
  })
  await check('a quote that is cancelled says so', async () => {
    await page.goto(`${url}/buy`)
    await page.getByLabel('Units').fill('3')
    await page.getByText('USDT on ETH', { exact: true }).click()
    await page.getByRole('button', { name: 'Get a quote' }).click()
    await page.getByRole('button', { name: 'Cancel the quote' }).click()
    await page.getByText('You cancelled this quote.').waitFor()
  })
  await check('alice puts units up for sale, and they stand in the market', async () => {
    await page.goto(`${url}/sell`)
    await page.getByLabel('Units').fill('5')
    await page.getByLabel('Price for one unit').fill('1.25')
    await page.getByRole('button', { name: 'Put 5 units up for sale' }).click()
    await completed(page)
    await page.goto(`${url}/book`)
    await page.getByRole('cell', { name: '1.25' }).first().waitFor()
  })
  await check('an order that cannot be is refused with its reason before it is sent', async () => {
    await page.goto(`${url}/transfer`)
    await page.getByLabel('To whom').fill('no-such-user')
    await page.getByLabel('Units').fill('1')
    await page.getByText('There is no user no-such-user.').waitFor()
  })
  await check('alice transfers units to bob', async () => {
    await page.goto(`${url}/transfer`)
    await page.getByLabel('To whom').fill('bob')
    await page.getByLabel('Units').fill('2')
    await page.getByRole('button', { name: 'Transfer 2 units to bob' }).click()
    await completed(page)
  })
  await check('alice takes her listing back', async () => {
    await page.goto(`${url}/sell`)
    await page.getByRole('button', { name: 'Take it back …' }).first().click()
    await page.getByRole('button', { name: 'Take it back', exact: true }).click()
    await completed(page)
  })
  await check('markup in an address is text', async () => {
    await page.goto(`${url}/events/${encodeURIComponent('<img src=x onerror=document.title=1>')}`)
    await page.getByRole('heading', { name: 'Event' }).waitFor()
    if ((await page.locator('img').count()) > 0) throw new Error('it became an element')
  })
  await check('no page can be framed, and only scripts of the build run', async () => {
    const policy = (await fetch(url)).headers.get('content-security-policy') ?? ''
    if (!policy.includes("frame-ancestors 'none'") || policy.includes('unsafe')) throw new Error(policy)
  })
  await check(
    'alice names an address, and is told that money which came in lately cannot be withdrawn yet',
    async () => {
      await askWithdrawal(page, url)
    },
  )
  for (const path of [
    '/',
    '/book',
    '/buy',
    '/sell',
    '/transfer',
    '/redeem',
    '/withdraw',
    '/events',
    '/keys',
    '/status',
    '/sign-in',
  ])
    await check(`${path} has nothing serious for axe, and fits 320 px`, async () => {
      await inspect(page, url + path)
    })
  await check('signing out deletes the key and revokes it', async () => {
    await page.goto(url)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('link', { name: 'Sign in' }).waitFor()
    await page.goto(`${url}/keys`)
    await page.getByText('Sign in to see this page').waitFor()
  })
  await context.close()
}

async function completed(page: Page): Promise<void> {
  await page.waitForURL(/\/events\/web-/)
  await page.getByText('Signature verified in this browser').waitFor()
  await page.getByText('completed', { exact: true }).waitFor()
}

/** Runs in the page: whether the key that is kept there can be exported. */
const readKeyExtractable = `new Promise((resolve) => {
  const opening = indexedDB.open('species')
  opening.onsuccess = () => {
    const reading = opening.result.transaction('keys').objectStore('keys').get('current')
    reading.onsuccess = () => resolve(reading.result.privateKey.extractable)
  }
})`
