import { cpSync, existsSync, mkdtempSync, readdirSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runHere, serveHere } from '../processes/test-terminal.ts'

let temporary: string
/** A marketplace that ran once and was stopped. */
let made: string
beforeAll(async () => {
  temporary = mkdtempSync(join(tmpdir(), 'species-line-'))
  made = join(temporary, 'made')
  await (await serveHere(made)).stop()
}, 60_000)
afterAll(() => {
  rmSync(temporary, { recursive: true, force: true })
})

let copies = 0
function copyOf(path: string): string {
  copies += 1
  const copy = join(temporary, `copy-${copies}`)
  cpSync(path, copy, { recursive: true })
  return copy
}
/** Runs a command in this process. `said` is all that it printed. */
async function command(path: string, words: readonly string[]): Promise<{ code: number; said: string }> {
  const { code, out, err } = await runHere(path, words)
  return { code, said: out + err }
}

describe('a command where there is no marketplace', () => {
  it.each([['doctor'], ['event', 'show', 'x', '--as', 'alice']])(
    'says so and makes nothing: %s %s',
    async (...argv) => {
      const nowhere = join(temporary, 'nowhere')
      const { code, said } = await command(nowhere, argv)
      expect(said).toContain(`There is no marketplace in ${nowhere}`)
      expect([code, existsSync(nowhere)]).toEqual([1, false])
    },
    60_000,
  )
})

describe('a command', () => {
  it.each([
    ['nonsense --help', 2],
    ['event nonsense --help', 2],
    ['help event', 0],
  ])(
    '%s ends with %d',
    async (line, expected) => {
      expect((await command(made, line.split(' '))).code).toBe(expected)
    },
    60_000,
  )

  it('of a key that is not there ends and says how to make it, with the data directory of this shell', async () => {
    const { code, said } = await command(made, ['event', 'show', 'x', '--as', 'nobody'])
    expect(code).toBe(1)
    expect(said).toContain(`SPECIES_DATA_DIR=${made} npx species key create nobody`)
  }, 60_000)

  it('in a copy of the data directory of a live marketplace never reaches that one', async () => {
    const live = copyOf(made)
    const { stop } = await serveHere(live)
    const other = copyOf(live)
    expect((await command(other, ['user', 'create', 'carol'])).code).toBe(0)
    expect((await command(live, ['user', 'show', 'carol'])).said).toContain('not_found')
    expect((await command(other, ['user', 'show', 'carol'])).said).toContain('carol')
    await stop()
  }, 120_000)

  it('takes no other marketplace for its own, although that one has the address of the note', async () => {
    const live = copyOf(made)
    const directory = copyOf(made)
    const { stop, url } = await serveHere(live)
    writeFileSync(join(directory, 'running.json'), JSON.stringify({ url, instance: 'another' }))
    expect((await command(directory, ['user', 'create', 'carol'])).code).toBe(0)
    expect((await command(live, ['user', 'show', 'carol'])).said).toContain('not_found')
    await stop()
  }, 120_000)
})

describe('a start', () => {
  it('without the master key of a used directory names the file and writes nothing', async () => {
    const directory = copyOf(made)
    rmSync(join(directory, 'master.key'))
    const before = readdirSync(directory).sort()
    const { code, said } = await command(directory, ['serve'])
    expect(code).toBe(1)
    expect(said).toContain(`${join(directory, 'master.key')} is missing`)
    expect(readdirSync(directory).sort()).toEqual(before)
    expect((await command(directory, ['doctor'])).said).toContain('is missing')
    expect(readdirSync(directory).sort()).toEqual(before)
  }, 60_000)

  it('on a torn log says what happened, what is safe and what to do', async () => {
    const directory = copyOf(made)
    const log = join(directory, 'database', 'pg_wal')
    for (const name of readdirSync(log).filter((one) => /^[0-9A-F]{24}$/.test(one))) truncateSync(join(log, name), 100)
    const { code, said } = await command(directory, ['serve'])
    expect(code).toBe(1)
    expect(said).toMatch(/torn[\s\S]*What is safe[\s\S]*Restore[\s\S]*Start anew/)
    expect(said).not.toContain('Aborted')
  }, 60_000)

  it('makes the database anew that an earlier start did not finish', async () => {
    const directory = copyOf(made)
    renameSync(join(directory, 'database', 'PG_VERSION'), join(directory, 'database', 'half'))
    writeFileSync(join(directory, 'database.unfinished'), '')
    await (await serveHere(directory)).stop()
    expect(existsSync(join(directory, 'database.unfinished'))).toBe(false)
    expect((await command(directory, ['doctor'])).code).toBe(0)
  }, 60_000)

  it('below a file says that it needs a directory', async () => {
    const file = join(made, 'master.key')
    const { code, said } = await command(join(file, 'data'), ['serve'])
    expect([code, said.includes('Set SPECIES_DATA_DIR to a directory')]).toEqual([1, true])
  }, 60_000)
})
