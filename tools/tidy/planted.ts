import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { root } from './repository.ts'

/** A small repository in a temporary folder, under the real rules, to plant violations in. */
export interface PlantedRepository {
  readonly folder: string
  readonly plant: (path: string, content: string) => void
  readonly remove: () => void
}

const settings = ['tsconfig.json', 'eslint.config.js', '.dependency-cruiser.cjs', 'tools/lint', 'package.json']

export function createPlantedRepository(): PlantedRepository {
  const folder = mkdtempSync(join(tmpdir(), 'species-planted-'))
  for (const path of settings) cpSync(join(root, path), join(folder, path), { recursive: true })
  mkdirSync(join(folder, 'node_modules', '@species'), { recursive: true })
  for (const name of ['typescript', 'typescript-eslint', '@eslint', '@types', 'zod', 'vitest']) {
    symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name))
  }
  const plant = (path: string, content: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
  return { folder, plant, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** Adds a workspace package that others can import by its name, as npm would link it. */
export function plantPackage({ folder, plant }: PlantedRepository, path: string): void {
  const name = `@species/${path.split('/').at(-1) ?? ''}`
  plant(`${path}/package.json`, JSON.stringify({ name, type: 'module', exports: { '.': './src/index.ts' } }))
  plant(`${path}/src/index.ts`, 'export interface Word {\n  readonly text: string\n}\nexport const word = 1\n')
  symlinkSync(join(folder, path), join(folder, 'node_modules', name))
}
