import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { read, root } from './repository.ts'

const headings = ['## Purpose', '## Words', '## Owns', '## Invariants', '## Messages', '## Failure and retry']

it.each(readdirSync(join(root, 'modules')))('modules/%s has a page with all headings', (name) => {
  const path = `modules/${name}/README.md`
  const lines = existsSync(join(root, path)) ? read(path).split('\n') : []
  const missing = headings.filter((heading) => !lines.some((line) => line.trimEnd() === heading))
  expect(missing).toEqual([])
})
