import { pgliteWith } from '@species/testing'
import { expect, it } from 'vitest'
import type { Database } from './database.ts'
import { watchWrites } from './write-watch.ts'

it('says that nothing can be written from the first write that met a full disk until one finds room, and leaves nothing behind', async () => {
  const real = await pgliteWith()
  let isFull = false
  const full = (): Promise<never> => Promise.reject(Object.assign(new Error('No space left'), { code: '53100' }))
  const disk: Database = {
    ...real,
    query: (text, parameters) => (isFull && text.startsWith('INSERT') ? full() : real.query(text, parameters)),
    transaction: (work) => (isFull ? full() : real.transaction(work)),
  }
  const { database, whyNoWrites } = watchWrites(disk)
  expect(await whyNoWrites()).toBeUndefined()
  isFull = true
  await expect(database.query(`INSERT INTO nowhere VALUES (1)`)).rejects.toThrow('No space')
  await database.query('SELECT 1')
  expect(await whyNoWrites()).toContain('disk of the database is full')
  expect(await whyNoWrites()).toContain('disk of the database is full')
  isFull = false
  expect(await whyNoWrites()).toBeUndefined()
  expect(await real.query(`SELECT to_regclass('runtime.write_probe')::text AS found`)).toEqual([{ found: null }])
  await expect(database.query('SELECT 1 FROM nowhere')).rejects.toThrow()
  expect(await whyNoWrites()).toBeUndefined()
  await real.close()
})
