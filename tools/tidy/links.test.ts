import { existsSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { expect, it } from 'vitest'
import { read, root, writtenFiles } from './repository.ts'

it('links between pages lead somewhere', () => {
  expect(writtenFiles('.md').flatMap(brokenLinks)).toEqual([])
})

function brokenLinks(path: string): string[] {
  return relativeLinks(read(path))
    .filter((target) => !existsSync(join(root, resolve(path, target))))
    .map((target) => `${path}: ${target}`)
}

/** A leading slash means the root of the repository, as GitHub shows it. */
function resolve(page: string, target: string): string {
  return normalize(target.startsWith('/') ? target.slice(1) : join(dirname(page), target))
}

function relativeLinks(markdown: string): string[] {
  const prose = markdown.replace(/^(```|~~~)[\s\S]*?^\1/gm, '').replace(/`[^`\n]*`/g, '')
  const inline = [...prose.matchAll(/\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)/g)]
  const named = [...prose.matchAll(/^\[[^\]]+\]:\s+(\S+)/gm)]
  return [...inline, ...named]
    .map(([, target = '']) => decodeURI(target.replace(/[#?].*$/, '')))
    .filter((target) => target !== '' && !/^([a-z][a-z0-9+.-]*:|\/\/)/i.test(target))
}
