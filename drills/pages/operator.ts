import type { Browser } from 'playwright-core'
import { type Checks, continueAs, inspectHere } from './checks.ts'

export const consolePages = [
  '/console',
  '/console/search?q=alice',
  '/console/reviews',
  '/console/payouts',
  '/console/money',
  '/console/proposals',
  '/console/dead-letters',
  '/console/partners',
  '/console/halts',
  '/console/config',
  '/console/users',
  '/console/users/alice',
  '/console/operators',
  '/console/audit',
  '/console/sandbox',
]

/** What an operator does in the console. */
export async function playOperator(browser: Browser, url: string, { check, listen }: Checks): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 1_100, height: 800 } })
  const page = await context.newPage()
  page.setDefaultTimeout(30_000)
  listen(page)

  await check('an operator sees what waits, and whether all holds', async () => {
    await continueAs(page, url, 'operator')
    await page.getByRole('link', { name: 'Console' }).click()
    await page.getByRole('link', { name: 'Payouts' }).first().waitFor()
    await page.getByText('liquidity_pool').waitFor()
  })
  await check('one box finds a user and an event of theirs', async () => {
    const box = page.getByRole('search').getByRole('textbox')
    await box.fill('alice')
    await box.press('Enter')
    await page.getByRole('link', { name: 'user alice, active' }).waitFor()
  })
  await check('halting asks for a typed word, and trading stands still until it is resumed', async () => {
    for (const [label, word] of [
      ['Halt', 'halt'],
      ['Resume', 'resume'],
    ] as const) {
      await page.goto(`${url}/console/halts`)
      const trading = page.getByRole('listitem').filter({ hasText: 'Trading' })
      await trading.getByRole('button', { name: `${label} …` }).click()
      const button = trading.getByRole('button', { name: label, exact: true })
      await trading.getByLabel('Reason').fill('a drill of the switches')
      if (await button.isEnabled()) throw new Error('it could be halted without the word')
      await trading.getByLabel(`Type “${word}”`).fill(word)
      await button.click()
      await trading.getByText(word === 'halt' ? 'halted' : 'works', { exact: true }).waitFor()
    }
  })
  await check(
    'a change of the configuration shows its difference before it is made, and its values after',
    async () => {
      await page.goto(`${url}/console/config`)
      await page.getByLabel('redeemPrice').fill('0.9')
      await page.getByText('"0.9"').waitFor()
      await page.getByRole('button', { name: 'Change the configuration …' }).click()
      await page.getByLabel('Reason').fill('a drill of the form')
      const word = (await page.getByText(/^Type “version/).textContent()) ?? ''
      await page.getByLabel(word).fill(/“(.*)”/.exec(word)?.[1] ?? '')
      await page.getByRole('button', { name: 'Change the configuration', exact: true }).click()
      await page.getByText('a drill of the form').waitFor()
    },
  )
  await check('they break a partner of the sandbox, and mend it', async () => {
    await page.goto(`${url}/console/sandbox`)
    const onli = page.getByRole('listitem').filter({ hasText: 'Onli Cloud' })
    await onli.getByRole('button', { name: 'Break …' }).click()
    await onli.getByRole('button', { name: 'Break', exact: true }).click()
    await onli.getByText('broken', { exact: true }).waitFor()
    await onli.getByRole('button', { name: 'Mend: down …' }).click()
    await onli.getByRole('button', { name: 'Mend: down', exact: true }).click()
    await onli.getByText('works', { exact: true }).waitFor()
  })
  await check('what was done stands in the audit log', async () => {
    await page.goto(`${url}/console/audit`)
    await page.getByText('config.change').first().waitFor()
    await page.getByText('sandbox.break').first().waitFor()
  })
  for (const path of consolePages)
    await check(`${path} has nothing serious for axe, and fits 320 px`, async () => {
      await page.goto(url + path)
      await page.waitForLoadState('networkidle')
      await inspectHere(page)
    })
  await check('a trader sees nothing of the console', async () => {
    const other = await browser.newContext()
    const trader = await other.newPage()
    await continueAs(trader, url, 'bob')
    await trader.goto(`${url}/console/payouts`)
    await trader.getByText('that key cannot do this').waitFor()
    await other.close()
  })
  await context.close()
}
