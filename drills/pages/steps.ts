import type { Page } from 'playwright-core'
import { inspectHere } from './checks.ts'

/** Buys units by a quote and pays it on a chain of the sandbox; ends with the receipt, whose signature the browser has verified. */
export async function buyByQuote(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/buy`)
  await page.getByLabel('Units').fill('10')
  await page.getByText('USDT on ETH', { exact: true }).click()
  await inspectHere(page)
  await page.getByRole('button', { name: 'Get a quote' }).click()
  await page.getByText('10.05 USDT').waitFor()
  await page.getByRole('button', { name: 'Buy 10 units, and see where to pay' }).click()
  const code = page.getByRole('img', { name: 'Payment link for 10.05 USDT on ETH' })
  await code.waitFor()
  // What is to pay comes from the marketplace: it is there again after a reload.
  await page.reload()
  await code.waitFor()
  await inspectHere(page)
  await page.getByRole('button', { name: 'Pay this' }).click()
  await page.getByText('What came in').waitFor({ timeout: 120_000 })
  await page.getByText('Signature verified in this browser').waitFor({ timeout: 120_000 })
  await page.getByText('pays this purchase').waitFor()
}

/** Names an address, and asks for a withdrawal: money whose payment may still vanish from its chain waits, and the page says so. */
export async function askWithdrawal(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/withdraw`)
  await page.getByLabel('Address', { exact: true }).fill('0x52908400098527886E0F7030069857D2E4169EE7')
  await page.getByLabel('Name (optional)').fill('my <b>wallet</b>')
  await page.getByRole('button', { name: 'Confirm and add this address' }).click()
  await page.getByText('can be used', { exact: true }).waitFor()
  await page.getByText('ETH: my <b>wallet</b>').first().waitFor()
  await page.getByLabel('Amount').fill('1')
  await page.getByRole('button', { name: 'Confirm and withdraw 1.00 USDT' }).click()
  await page.getByText('The money cannot be paid out now').waitFor()
  await inspectHere(page)
}
