import { join } from 'node:path'
import { ESLint } from 'eslint'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPlantedRepository } from './planted.ts'

const repository = createPlantedRepository()
afterAll(() => repository.remove())

const domain = 'modules/alpha/src/domain'
const longFunction = `export function long(): number {\n  let n = 0\n${'  n += 1\n'.repeat(75)}  return n\n}\n`
const longFile = Array.from({ length: 401 }, (_, n) => `export const n${n} = ${n}\n`).join('')

/** Where the violation is planted, what it is, and the rule that must say no. */
const violations: [path: string, content: string, rule: string][] = [
  [
    `${domain}/import.ts`,
    "import { readFileSync } from 'node:fs'\nexport const a = readFileSync\n",
    'no-restricted-imports',
  ],
  [
    `${domain}/bare-import.ts`,
    "import { readFileSync } from 'fs'\nexport const a = readFileSync\n",
    'no-restricted-imports',
  ],
  [`${domain}/date.ts`, 'export const a = new Date(0)\n', 'no-restricted-globals'],
  [`${domain}/process.ts`, 'export const a = process.pid\n', 'no-restricted-globals'],
  [`${domain}/fetch.ts`, "export const a = fetch('x')\n", 'no-restricted-globals'],
  [`${domain}/timeout.ts`, 'export const a = setTimeout(() => 1, 1)\n', 'no-restricted-globals'],
  [`${domain}/float.ts`, "export const a = parseFloat('1.5')\n", 'no-restricted-globals'],
  [`${domain}/crypto.ts`, 'export const a = crypto.randomUUID()\n', 'no-restricted-globals'],
  [`${domain}/random.ts`, 'export const a = Math.random()\n', 'no-restricted-properties'],
  [`${domain}/number-float.ts`, "export const a = Number.parseFloat('1.5')\n", 'no-restricted-properties'],
  [`${domain}/async.ts`, 'export async function a(): Promise<void> {}\n', 'no-restricted-syntax'],
  [`${domain}/await.ts`, 'export const a = await Promise.resolve(1)\n', 'no-restricted-syntax'],
  [`${domain}/load.ts`, "export const a = import('./await.ts')\n", 'no-restricted-syntax'],
  ['packages/kernel/src/clock.ts', 'export const a = Date.now()\n', 'no-restricted-globals'],
  ['modules/classifier/src/clock.ts', 'export const a = Date.now()\n', 'no-restricted-globals'],
  [
    'modules/alpha/src/app/arm.ts',
    "export function f(x: 'a' | 'b'): number {\n  switch (x) {\n    case 'a':\n      return 1\n  }\n  return 2\n}\n",
    '@typescript-eslint/switch-exhaustiveness-check',
  ],
  [
    'modules/alpha/src/app/floating.ts',
    'async function g(): Promise<void> {}\nexport function f(): void {\n  g()\n}\n',
    '@typescript-eslint/no-floating-promises',
  ],
  [
    'modules/alpha/src/app/returned.ts',
    'export async function f(g: () => Promise<number>): Promise<number> {\n  return g()\n}\n',
    '@typescript-eslint/return-await',
  ],
  [
    'modules/alpha/src/app/boundary.ts',
    'export function f() {\n  return 1\n}\n',
    '@typescript-eslint/explicit-module-boundary-types',
  ],
  [
    'modules/alpha/src/app/type-import.ts',
    "import { Word } from '../word.ts'\nexport const a: Word = { text: '' }\n",
    '@typescript-eslint/consistent-type-imports',
  ],
  ['modules/alpha/src/app/long-function.ts', longFunction, 'max-lines-per-function'],
  ['modules/alpha/src/app/console.ts', "console.log('x')\n", 'no-console'],
  ['modules/alpha/src/app/any.ts', 'export const a = (x: any): string => x.y\n', '@typescript-eslint/no-explicit-any'],
  ['modules/alpha/src/app/long-file.ts', longFile, 'max-lines'],
]

const clean: [path: string, content: string][] = [
  [`${domain}/clean.ts`, 'export function add(a: bigint, b: bigint): bigint {\n  return a + b\n}\n'],
  [`${domain}/clean.test.ts`, "import { readFileSync } from 'node:fs'\nexport const a = readFileSync\n"],
  ['modules/alpha/src/app/clean.ts', 'export const a = (): number => Date.now()\n'],
]

describe('lint says no to', () => {
  let rulesBroken: Map<string, string[]>

  beforeAll(async () => {
    repository.plant('modules/alpha/src/word.ts', 'export interface Word {\n  readonly text: string\n}\n')
    for (const [path, content] of [...violations, ...clean]) repository.plant(path, content)
    repository.plant('modules/alpha/src/app/unused.ts', '// eslint-disable-next-line no-console\nexport const a = 1\n')
    rulesBroken = await lint()
  })

  it.each(violations)('%s', (path, _content, rule) => {
    expect(rulesBroken.get(path)).toContain(rule)
  })

  it('a disabled rule that nothing breaks', () => {
    expect(rulesBroken.get('modules/alpha/src/app/unused.ts')).toEqual(['unused disable comment'])
  })

  it.each(clean)('but not to %s', (path) => {
    expect(rulesBroken.get(path)).toEqual([])
  })
})

/** The rules that each planted file broke as errors, by its path. */
async function lint(): Promise<Map<string, string[]>> {
  const eslint = new ESLint({ cwd: repository.folder })
  const results = await eslint.lintFiles(['modules', 'packages'])
  return new Map(
    results.map(({ filePath, messages }) => [
      filePath.slice(join(repository.folder, '/').length).replaceAll('\\', '/'),
      messages.filter(({ severity }) => severity === 2).map(({ ruleId }) => ruleId ?? 'unused disable comment'),
    ]),
  )
}
