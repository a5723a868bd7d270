import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { moduleNames } from '@species/contracts'
import { expect, it } from 'vitest'
import { ask, marketplaceMigrations, modules } from './modules.ts'

const folders = readdirSync(fileURLToPath(new URL('../../../modules', import.meta.url)), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)
const definitions: readonly { readonly name: string; readonly migrations?: URL; readonly queries?: unknown }[] =
  Object.values(modules)

it('names every module that there is: a folder, a name in the contracts, and a place in the list', () => {
  expect(definitions.map(({ name }) => name).sort()).toEqual(folders.sort())
  expect([...moduleNames].sort()).toEqual(folders.sort())
})

it('asks each module that answers questions through its own definition', () => {
  expect(new Set(Object.values(ask))).toEqual(new Set(definitions.flatMap(({ queries }) => queries ?? [])))
})

it('runs the migrations of every module that has some, in the order of the list, after those that all share', async () => {
  const order = [...new Set((await marketplaceMigrations()).map((migration) => migration.module))]
  expect(order).toEqual(['runtime', ...definitions.flatMap(({ name, migrations }) => (migrations ? [name] : []))])
  for (const { name, migrations } of definitions)
    if (migrations) expect(fileURLToPath(migrations)).toMatch(new RegExp(`/modules/${name}/migrations/$`))
})
