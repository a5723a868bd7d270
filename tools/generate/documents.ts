import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import { lifecycleSection } from './lifecycle.ts'
import type { GeneratedFile } from './generated-file.ts'

const pages = ['README.md', 'docs/ARCHITECTURE.md']
const begin = '<!-- lifecycle:begin -->'
const end = '<!-- lifecycle:end -->'

/** The pages that show the flow, with what stands between their markers made anew. */
export async function generateDocuments(root: string): Promise<GeneratedFile[]> {
  return await Promise.all(pages.map(async (path) => await generatePage(root, path)))
}

async function generatePage(root: string, path: string): Promise<GeneratedFile> {
  if (!existsSync(join(root, path))) throw new Error(`${path} is missing; it must hold ${begin} and ${end}`)
  const before = readFileSync(join(root, path), 'utf8')
  const options = await resolveConfig(join(root, path))
  // Formatted as `npm run format` would, so that the two commands never undo each other.
  const section = await format(lifecycleSection(), { ...options, parser: 'markdown' })
  return { path, content: replaceBetweenMarkers(before, section.trimEnd(), path) }
}

export function replaceBetweenMarkers(page: string, section: string, path: string): string {
  const from = page.indexOf(begin)
  const to = page.indexOf(end)
  if (from < 0 || to < from) throw new Error(`${path} must hold ${begin} and, after it, ${end}`)
  return `${page.slice(0, from + begin.length)}\n\n${section}\n\n${page.slice(to)}`
}
