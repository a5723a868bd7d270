import axe from 'axe-core'
import type { Page } from 'playwright-core'

/** Checks that are played to the end, so that one run shows everything that is wrong. */
export interface Checks {
  readonly check: (name: string, act: () => Promise<void>) => Promise<void>
  /** What this page complains of in its console is told at the end. */
  readonly listen: (page: Page) => void
  readonly complaints: () => readonly string[]
  readonly counts: () => { readonly passed: number; readonly failed: number }
}

export function createChecks(): Checks {
  const complaints = new Set<string>()
  let [passed, failed] = [0, 0]
  return {
    async check(name, act) {
      try {
        await act()
        passed++
        console.log(`ok      ${name}`)
      } catch (error) {
        failed++
        console.log(`FAILED  ${name}: ${error instanceof Error ? error.message : String(error)}`)
      }
    },
    listen(page) {
      page.on('console', (message) => {
        // The browser itself names each refusal of the API; those that a step asks for are no complaint.
        if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
          complaints.add(`${page.url()}: ${message.text()}`)
      })
      page.on('pageerror', (error) => complaints.add(`${page.url()}: ${error.message}`))
    },
    complaints: () => [...complaints],
    counts: () => ({ passed, failed }),
  }
}

/** Signs in as a demo user and ends on their first page. */
export async function continueAs(page: Page, url: string, person: string): Promise<void> {
  await page.goto(`${url}/sign-in`)
  await page.getByRole('button', { name: `Continue as ${person}` }).click()
  await page.getByRole('button', { name: 'Sign out' }).waitFor()
  await page.waitForURL((at) => at.pathname !== '/sign-in')
}

interface Finding {
  readonly id: string
  readonly impact: string
  readonly nodes: readonly { readonly html: string }[]
}

/** The same of another page. */
export async function inspect(page: Page, address: string): Promise<void> {
  await page.goto(address)
  await page.waitForLoadState('networkidle')
  await inspectHere(page)
}

/** Throws where axe finds something serious on the page as it is, or where it is wider than 320 px. */
export async function inspectHere(page: Page): Promise<void> {
  await page.setViewportSize({ width: 320, height: 700 })
  const overflow = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')
  await page.evaluate(axe.source)
  const { violations } = await page.evaluate<{ violations: readonly Finding[] }>(
    'axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })',
  )
  await page.setViewportSize({ width: 1_000, height: 800 })
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
  const words = serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' ')}`)
  if (Number(overflow) > 0) words.push(`it is ${String(overflow)} px too wide`)
  if (words.length > 0) throw new Error(words.join('\n'))
}

/** The first start builds the pages. */
export async function untilPages(address: string): Promise<void> {
  for (let seconds = 0; seconds < 300; seconds++) {
    if ((await fetch(address)).status === 200) return
    await new Promise((resolve) => setTimeout(resolve, 1_000))
  }
  throw new Error('the pages were not there within five minutes')
}
