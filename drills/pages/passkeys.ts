import type { Browser, CDPSession, Page } from 'playwright-core'
import type { Checks } from './checks.ts'

/** A new person in a real browser: by a one-time link to a passkey, out, in again, and to a request that the passkey confirms. */
export async function playPasskeys(
  browser: Browser,
  url: string,
  { check }: Checks,
  invite: (onliId: string) => Promise<string>,
): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 1_000, height: 800 } })
  const page = await context.newPage()
  page.setDefaultTimeout(30_000)
  const cdp = await context.newCDPSession(page)
  const first = await addAuthenticator(cdp)

  const link = await invite('nora')
  await check('a link brings nora in: she makes a passkey, and her browser has a key', async () => {
    await page.goto(link)
    await page.getByRole('button', { name: 'Make a passkey and come in' }).click()
    await page.getByRole('button', { name: 'Sign out' }).waitFor()
    if (page.url().includes('#')) throw new Error('the token is still in the address bar')
  })
  await check('the link works once', async () => {
    const other = await browser.newContext()
    const stranger = await other.newPage()
    await addAuthenticator(await other.newCDPSession(stranger))
    await stranger.goto(link)
    await stranger.getByRole('button', { name: 'Make a passkey and come in' }).click()
    await stranger.getByText('The link is not valid').waitFor()
    await other.close()
  })
  await check('nora signs out: the key is gone from the browser and revoked', async () => {
    const before = await keyIdIn(page)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('link', { name: 'Sign in' }).first().waitFor()
    if (before === undefined || (await keyIdIn(page)) !== undefined) throw new Error('the key is still in the browser')
  })
  await check('nora signs in with her passkey, on a browser that has lost its key', async () => {
    await page.goto(`${url}/sign-in`)
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
    await page.getByRole('button', { name: 'Sign out' }).waitFor()
  })
  await check('nora adds a passkey of another device, and confirms it with the first', async () => {
    await page.goto(`${url}/passkeys`)
    await page.getByLabel('Name of the new passkey').fill('laptop')
    // The first device is out of reach while the second makes its passkey, and back for the confirmation.
    await setPresence(cdp, first, false)
    const second = await addAuthenticator(cdp, 'usb')
    await page.getByRole('button', { name: 'Add a passkey' }).click()
    await page.getByRole('heading', { name: 'Add this passkey?' }).waitFor()
    await setPresence(cdp, second, false)
    await setPresence(cdp, first, true)
    await page.getByRole('button', { name: 'Confirm with a passkey' }).click()
    await page.getByText('laptop').first().waitFor()
  })
  await check('a confirmation that nora cancels sends nothing', async () => {
    await setPresence(cdp, first, false)
    await page.getByRole('button', { name: 'Remove …' }).last().click()
    await page.getByRole('button', { name: 'Cancel' }).click()
    await page.getByText('laptop').first().waitFor()
    await setPresence(cdp, first, true)
  })
  await context.close()
}

/** A platform authenticator whose user is there and verified (WebDriver extension of WebAuthn, section 12.2). */
async function addAuthenticator(cdp: CDPSession, transport: 'internal' | 'usb' = 'internal'): Promise<string> {
  await cdp.send('WebAuthn.enable')
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport,
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  return authenticatorId
}

async function setPresence(cdp: CDPSession, authenticatorId: string, enabled: boolean): Promise<void> {
  await cdp.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled })
}

async function keyIdIn(page: Page): Promise<string | undefined> {
  return await page.evaluate<string | undefined>(readKeyId)
}

const readKeyId = `new Promise((resolve) => {
  const opening = indexedDB.open('species')
  opening.onsuccess = () => {
    const reading = opening.result.transaction('keys').objectStore('keys').get('current')
    reading.onsuccess = () => {
      opening.result.close()
      resolve(reading.result?.keyId)
    }
  }
})`
