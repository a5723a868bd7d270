import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import type { GeneratedFile } from './generated-file.ts'
import { lifecycleSection } from './lifecycle.ts'
import { errorTable, metricsTable, settingsTable } from './reference.ts'

/** Each page with a generated section, between `<!-- name:begin -->` and `<!-- name:end -->`. */
const sections = [
  { path: 'docs/ARCHITECTURE.md', name: 'lifecycle', section: lifecycleSection },
  { path: 'docs/reference/settings.md', name: 'settings', section: settingsTable },
  { path: 'docs/reference/metrics.md', name: 'metrics', section: metricsTable },
  { path: 'docs/errors/README.md', name: 'errors', section: errorTable },
] as const

/** The pages above, with the text between their markers generated again. */
export async function generateDocuments(root: string): Promise<GeneratedFile[]> {
  return await Promise.all(
    sections.map(async ({ path, name, section }) => await generatePage(root, path, name, section())),
  )
}

async function generatePage(root: string, path: string, name: string, text: string): Promise<GeneratedFile> {
  if (!existsSync(join(root, path))) throw new Error(`${path} is missing; it must hold the section "${name}"`)
  const before = readFileSync(join(root, path), 'utf8')
  const options = await resolveConfig(join(root, path))
  // Formatted as `npm run format` would, so that the two commands never undo each other.
  const section = await format(text, { ...options, parser: 'markdown' })
  return { path, content: replaceBetweenMarkers(before, name, section.trimEnd(), path) }
}

export function replaceBetweenMarkers(page: string, name: string, section: string, path: string): string {
  const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`]
  const from = page.indexOf(begin)
  const to = page.indexOf(end)
  if (from < 0 || to < from) throw new Error(`${path} must hold ${begin} and, after it, ${end}`)
  return `${page.slice(0, from + begin.length)}\n\n${section}\n\n${page.slice(to)}`
}
