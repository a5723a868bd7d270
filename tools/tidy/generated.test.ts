import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { root } from './repository.ts'

// It starts a database of its own: on a busy machine that takes longer than a test usually may.
it('generated files are what their sources say', { timeout: 300_000 }, () => {
  const result = spawnSync(process.execPath, ['tools/generate.ts', '--check'], { cwd: root, encoding: 'utf8' })
  expect(result.stderr.trim()).toBe('')
  expect(result.status).toBe(0)
})
