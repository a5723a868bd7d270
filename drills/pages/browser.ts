import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'chrome']

/** The browser of this machine; nothing is downloaded. */
function browserPath(): string {
  const given = process.env['CHROMIUM']
  if (given !== undefined) return given
  const found = (process.env['PATH'] ?? '')
    .split(delimiter)
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find((file) => existsSync(file))
  if (found === undefined)
    throw new Error('There is no Chromium here. Install it (Debian: chromium), or name it in CHROMIUM.')
  return found
}

export async function openBrowser(): Promise<Browser> {
  return await chromium.launch({
    executablePath: browserPath(),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}
