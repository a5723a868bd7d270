import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { root } from './repository.ts'

it('generated files are what their sources say', () => {
  const result = spawnSync(process.execPath, ['tools/generate.ts', '--check'], { cwd: root, encoding: 'utf8' })
  expect(result.stderr.trim()).toBe('')
  expect(result.status).toBe(0)
  // It generates everything, in a process of its own.
}, 180_000)
