import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { errorCatalogue } from '@species/contracts'
import { expect, it } from 'vitest'
import { read, root } from './repository.ts'

const codes = Object.keys(errorCatalogue)
const pages = readdirSync(join(root, 'docs', 'errors'))
  .filter((file) => file.endsWith('.md') && file !== 'README.md')
  .map((file) => file.replace(/\.md$/, ''))

it('gives every error code a page in docs/errors', () => {
  expect(codes.filter((code) => !pages.includes(code))).toEqual([])
})

it('keeps no page of a code that is gone', () => {
  expect(pages.filter((page) => !codes.includes(page))).toEqual([])
})

it('says on each page what the title of the code says', () => {
  const wrong = Object.entries(errorCatalogue).filter(
    ([code, { title }]) => read(`docs/errors/${code}.md`).split('\n')[2] !== `${title}.`,
  )
  expect(wrong.map(([code]) => code)).toEqual([])
})
