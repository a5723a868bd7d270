import type { Message, Outgoing } from '@species/bus'
import type { Database, Sql } from '@species/database'
import { dossierOf, messageOf, pgliteWith } from '@species/testing'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { type Deciding, assertFirst, decideOnce, decideWith } from './decide-once.ts'
import { advance, wait } from './state-messages.ts'

let database: Database
beforeAll(async () => {
  database = await pgliteWith()
  await database.script('CREATE TABLE rows (event_key text PRIMARY KEY, outcome text NOT NULL, at integer NOT NULL)')
})
afterAll(() => database.close())
beforeEach(() => database.script('TRUNCATE rows'))

type Accepted = Message<'accepted'>
interface Row {
  readonly eventKey: string
  readonly outcome: string
  readonly at: number
}
const keyOf = (n: number): string => `01900000-0000-7000-8000-${String(n).padStart(12, '0')}`
const event = (n: number): Accepted => messageOf('accepted', keyOf(n), dossierOf(keyOf(n), { from: 'alice' }))
const stored = () => database.query<Row>('SELECT event_key AS "eventKey", outcome, at FROM rows ORDER BY event_key')

async function insert(sql: Sql, rows: readonly Row[]): Promise<{ event_key: string }[]> {
  return await sql.query(
    `INSERT INTO rows SELECT "eventKey", outcome, at FROM json_to_recordset($1::text::json) AS r("eventKey" text, outcome text, at integer)
     ON CONFLICT DO NOTHING RETURNING event_key`,
    [JSON.stringify(rows)],
  )
}

/** A module that classifies at the time `at`; what it decided anew is in `decided`. */
function module(
  at: number,
  more: Partial<Deciding<Accepted, Row>> = {},
): Deciding<Accepted, Row> & { decided: string[] } {
  const decided: string[] = []
  return {
    decided,
    async read(sql, keys) {
      const rows = await sql.query<Row>(
        'SELECT event_key AS "eventKey", outcome, at FROM rows WHERE event_key = ANY($1::text[])',
        [keys],
      )
      return new Map(rows.map((row) => [row.eventKey, row]))
    },
    async decide(sql, fresh) {
      const rows = fresh.map(({ key }) => ({ eventKey: key, outcome: 'classified', at }))
      decided.push(...fresh.map(({ key }) => key))
      assertFirst(await insert(sql, rows), rows)
      return rows
    },
    answer: (message, row, isNew) => [
      ...(isNew ? [wait(message, message.body, { by: 'classifier', reason: 'news', untilMs: 0 })] : []),
      advance('classified', message, message.body, { intent: 'TRANSFER' }, row.at),
    ],
    ...more,
  }
}
const said = (messages: readonly Outgoing[]) => messages.map(({ topic, key }) => `${topic} ${key.slice(-1)}`)

it('an event that comes again is not decided again, and its answer is the same message for ever', async () => {
  const first = await decideOnce(database, [event(1)], module(1))
  const second = module(2)
  const again = await decideOnce(database, [event(1), event(2)], second)
  expect(said(first)).toEqual(['waiting 1', 'classified 1'])
  expect(said(again)).toEqual(['classified 1', 'waiting 2', 'classified 2'])
  expect(again[0]).toEqual(first[1])
  expect(second.decided).toEqual([keyOf(2)])
})

it('who loses a race stores and says nothing of the batch; when it comes again the winner’s rows answer', async () => {
  const loser = module(2, { read: async () => new Map() })
  await insert(database, [{ eventKey: keyOf(1), outcome: 'classified', at: 1 }])
  await expect(decideOnce(database, [event(1), event(2)], loser)).rejects.toMatchObject({
    code: 'decided_elsewhere',
    retryable: true,
  })
  expect((await stored()).map(({ eventKey }) => eventKey)).toEqual([keyOf(1)])
  const [answer] = await decideOnce(database, [event(1)], module(3))
  expect(answer?.body).toMatchObject({ times: { classified: 1 } })
})

it('a row that is open still is decided, with what is stored of it', async () => {
  await insert(database, [{ eventKey: keyOf(1), outcome: 'open', at: 1 }])
  const seen: unknown[] = []
  const deciding = module(2, {
    isOpen: (row) => row.outcome === 'open',
    decide: async (_, fresh, { rows }) => {
      seen.push(...fresh.map(({ key }) => rows.get(key)))
      return fresh.map(({ key }) => ({ eventKey: key, outcome: 'classified', at: 2 }))
    },
  })
  await decideOnce(database, [event(1)], deciding)
  expect(seen).toEqual([{ eventKey: keyOf(1), outcome: 'open', at: 1 }])
})

it('of an event that the decision leaves out, and nobody has a row of, nothing is said', async () => {
  const messages = await decideWith(database, [event(1)], module(1, { decide: async () => [] }))
  expect(messages).toEqual([])
})
