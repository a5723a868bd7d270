import { type Database, rowsParameter } from '@species/database'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'

export interface DatabaseUnderTest {
  /** An empty database; `drop` removes it. */
  open(): Promise<Database & { drop?: () => Promise<void> }>
}

/** What every database promises to the modules: run on each engine. */
export function describeDatabase(name: string, answers: boolean, under: DatabaseUnderTest): void {
  describe.skipIf(!answers)(`the contract of a database: ${name}`, () => {
    let database: Database & { drop?: () => Promise<void> }
    const numbers = async (): Promise<number[]> =>
      (await database.query<{ n: number }>('SELECT n FROM contract.a ORDER BY n')).map((row) => row.n)
    const insert = (n: number): [string, number[]] => ['INSERT INTO contract.a VALUES ($1)', [n]]

    beforeAll(async () => {
      database = await under.open()
    })
    afterAll(async () => {
      await (database.drop ?? database.close)()
    })
    beforeEach(async () => {
      await database.script(
        'DROP SCHEMA IF EXISTS contract CASCADE; CREATE SCHEMA contract; CREATE TABLE contract.a (n integer PRIMARY KEY);',
      )
    })

    it('gives quantities, times, documents, lists and nothing as they are', async () => {
      const [row] = await database.query(
        `SELECT $1::bigint AS quantity, $2::timestamptz AS at, $3::jsonb AS document, $4::text[] AS list, $5::text AS none,
                $6::boolean AS truth, $7::integer AS small`,
        [9_007_199_254_740_993n, '2026-01-02T03:04:05.678Z', { a: [1, 'ü'] }, ['x', 'y,"z"'], null, true, 7],
      )
      expect(row).toEqual({
        quantity: 9_007_199_254_740_993n,
        at: new Date('2026-01-02T03:04:05.678Z'),
        document: { a: [1, 'ü'] },
        list: ['x', 'y,"z"'],
        none: null,
        truth: true,
        small: 7,
      })
    })

    it('takes any number of rows as one parameter, with quantities beyond what a number holds', async () => {
      const rows = Array.from({ length: 500 }, (_, index) => ({ k: `k${index}`, q: 2n ** 62n + BigInt(index) }))
      const back = await database.query(
        'SELECT r.k, r.q FROM json_to_recordset($1::text::json) AS r(k text, q bigint) ORDER BY r.q',
        [rowsParameter(rows)],
      )
      expect(back).toEqual(rows)
    })

    it('commits what a transaction did when it resolves, and gives its answer', async () => {
      const answer = await database.transaction(async (tx) => {
        await Promise.all([tx.query(...insert(1)), tx.query(...insert(2))])
        return 'done'
      })
      expect([answer, await numbers()]).toEqual(['done', [1, 2]])
    })

    it('undoes all that a transaction did when it throws, and throws the same', async () => {
      const mine = new Error('mine')
      const failing = database.transaction(async (tx) => {
        await tx.query(...insert(1))
        throw mine
      })
      await expect(failing).rejects.toBe(mine)
      expect(await numbers()).toEqual([])
    })

    it('names the state of a statement that failed, undoes its transaction, and goes on working', async () => {
      const failing = database.transaction(async (tx) => {
        await tx.query(...insert(1))
        await tx.query(...insert(1))
      })
      await expect(failing).rejects.toMatchObject({ code: '23505' })
      expect(await numbers()).toEqual([])
      await database.query(...insert(3))
      expect(await numbers()).toEqual([3])
    })

    it('hands over transactions that were asked for at once, each whole', async () => {
      await database.query(...insert(0))
      await Promise.all(
        Array.from({ length: 25 }, () =>
          database.transaction(async (tx) => {
            const [row] = await tx.query<{ n: number }>('SELECT n FROM contract.a FOR UPDATE')
            await tx.query('UPDATE contract.a SET n = $1', [(row?.n ?? -100) + 1])
          }),
        ),
      )
      expect(await numbers()).toEqual([25])
    })

    it('answers single statements that were asked for at once, each with its own answer', async () => {
      const answers = await Promise.all(
        Array.from({ length: 100 }, (_, index) => database.query('SELECT $1::integer AS n', [index])),
      )
      expect(answers.flat()).toEqual(Array.from({ length: 100 }, (_, n) => ({ n })))
    })
  })
}
