import { pgliteWith } from '@species/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Database } from './database.ts'
import { watchDisk } from './disk.ts'

let real: Database
let full: boolean
beforeAll(async () => {
  real = await pgliteWith()
})
afterAll(async () => {
  await real.close()
})

/** A database whose disk is full when the test says so: nothing new finds room, and what is there can be read. */
function onDisk(): ReturnType<typeof watchDisk> {
  full = false
  const refuse = (text: string): void => {
    if (full && /^(INSERT|CREATE)/.test(text))
      throw Object.assign(new Error('could not extend file "base/1/2": No space left on device'), { code: '53100' })
  }
  return watchDisk({
    ...real,
    engine: real.engine,
    query: async (text, parameters) => {
      refuse(text)
      return await real.query(text, parameters)
    },
    transaction: async (work) =>
      await real.transaction(
        async (tx) =>
          await work({
            query: async (text, parameters) => {
              refuse(text)
              return await tx.query(text, parameters)
            },
          }),
      ),
    script: (text) => real.script(text),
    close: () => real.close(),
  })
}

it.each([
  ['a statement', (database: Database) => database.query('INSERT INTO runtime.nowhere VALUES (1)')],
  [
    'a transaction',
    (database: Database) => database.transaction((tx) => tx.query('INSERT INTO runtime.nowhere VALUES (1)')),
  ],
])('a disk counts as full from %s that found no room until there is room again', async (_what, write) => {
  const disk = onDisk()
  const { database } = disk
  expect(await disk.isFull()).toBe(false)
  full = true
  await expect(write(database)).rejects.toMatchObject({ code: '53100' })
  expect(await disk.isFull()).toBe(true)
  await database.query('SELECT 1')
  expect(await disk.isFull()).toBe(true)
  full = false
  expect(await disk.isFull()).toBe(false)
  // What was taken to find out is given back.
  expect(await real.query(`SELECT to_regclass('runtime.room')::text AS room`)).toEqual([{ room: null }])
})

it('other failures say nothing of the disk', async () => {
  const disk = onDisk()
  const { database } = disk
  await expect(database.query('SELECT nothing')).rejects.toThrow()
  expect(await disk.isFull()).toBe(false)
})
