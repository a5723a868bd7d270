import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { environmentOf, main, nodeOptions } from '../../apps/species/src/processes/test-program.ts'
import { serveHere } from '../../apps/species/src/processes/test-terminal.ts'

const run = promisify(execFile)
const repository = dirname(dirname(import.meta.dirname))
const page = readFileSync(join(repository, 'docs/quickstart.md'), 'utf8')

/** Within the repository, so that the program finds the SDK as it does in its folder. */
let folder: string
let server: Awaited<ReturnType<typeof serveHere>>
beforeAll(async () => {
  const cache = join(repository, 'node_modules', '.cache')
  mkdirSync(cache, { recursive: true })
  folder = mkdtempSync(join(cache, 'quickstart-'))
  server = await serveHere(join(folder, '.species'), 'start')
}, 120_000)
afterAll(async () => {
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** The blocks of the page that say `run`, in their order. */
const blocks = [...page.matchAll(/^```(sh|js) run\n([\s\S]*?)^```$/gm)].map(([, kind = '', text = '']) => ({
  kind,
  text,
}))

it('the quickstart does what it says, as it is written', async () => {
  const said: string[] = []
  const species = [process.execPath, ...nodeOptions, main].map((word) => `'${word}'`).join(' ')
  const env = { ...environmentOf(join(folder, '.species')), MARKETPLACE_URL: server.url }
  for (const { kind, text } of blocks) {
    if (kind === 'js') writeFileSync(join(folder, 'quickstart.mjs'), text)
    else {
      const script = `set -e\n${text.replaceAll('npx species', species).replaceAll(/^node /gm, `'${process.execPath}' `)}`
      said.push((await run('sh', ['-c', script], { cwd: folder, env })).stdout)
    }
  }
  expect(blocks.map(({ kind }) => kind)).toEqual(['sh', 'js', 'sh', 'sh'])
  for (const told of [/COMPLETED \{ start: '100', end: '97' \}/, /FAILED undefined/]) {
    expect(said.join('\n')).toMatch(told)
    expect(page).toMatch(told)
  }
}, 120_000)
