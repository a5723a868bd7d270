import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'chrome']

/** The browser of this machine; nothing is downloaded. Undefined: there is none. */
export function browserPath(): string | undefined {
  return (
    process.env['CHROMIUM'] ??
    (process.env['PATH'] ?? '')
      .split(delimiter)
      .flatMap((folder) => names.map((name) => join(folder, name)))
      .find((file) => existsSync(file))
  )
}

export async function openBrowser(): Promise<Browser> {
  const executablePath = browserPath()
  if (executablePath === undefined)
    throw new Error('There is no Chromium here. Install it (Debian: chromium), or name it in CHROMIUM.')
  return await chromium.launch({
    executablePath,
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
