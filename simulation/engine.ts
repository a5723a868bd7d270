import { PGlite, messages, protocol, types } from '@electric-sql/pglite'
import { type Database, type Sql, planning } from '@species/database'
import { withPreparedStatements } from './prepared.ts'

const cheap = {
  // One plan for all parameters: what is planned anew costs more here than any plan could save on a dozen rows.
  plan_cache_mode: 'force_generic_plan',
  // Nothing outlives this process, so no commit waits for the log.
  synchronous_commit: 'off',
} as const

interface Answer {
  readonly rows: Record<string, unknown>[]
  /** What the last statement has done: `SELECT 3`, `COMMIT`. */
  readonly command: string
}

/**
 * Postgres in memory, asked by one message a statement: what a driver sends beside it (types, descriptions, the end of a round)
 * costs more here than most statements do.
 */
export async function openEngine(): Promise<Database> {
  const engine = await PGlite.create({ parsers: { [types.INT8]: (text: string) => BigInt(text) } })
  const ask = async (text: string): Promise<Answer> =>
    answerOf(engine, await engine.execProtocolStream(protocol.serialize.query(text), { syncToFs: false }))
  const prepared = withPreparedStatements({ query: async (text) => (await ask(text)).rows as never })
  // The engine keeps what is being answered in itself: the next message waits for that.
  const messagesInTurn = inTurn()
  const send = (text: string): Promise<Answer> => messagesInTurn(() => ask(text))
  const sql: Sql = { query: (text, parameters) => messagesInTurn(() => prepared.query(text, parameters)) }
  // There is one connection: who wants it waits for the transactions before his.
  const workInTurn = inTurn()
  const database: Database = {
    engine: 'pglite',
    query: (text, parameters) => workInTurn(() => sql.query(text, parameters)),
    transaction: (work) => workInTurn(() => transaction(sql, send, work)),
    script: (text) =>
      workInTurn(async () => {
        await send(text)
      }),
    close: () => engine.close(),
  }
  for (const [name, value] of Object.entries({ ...planning, ...cheap })) await database.script(`SET ${name} = ${value}`)
  return database
}

/** Does one thing after the other, in the order of asking. */
function inTurn(): <T>(act: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (act) => {
    const own = last.then(act)
    last = own.catch(() => undefined)
    return own
  }
}

async function transaction<T>(
  sql: Sql,
  send: (text: string) => Promise<Answer>,
  work: (sql: Sql) => Promise<T>,
): Promise<T> {
  let open = true
  // What somebody did not wait for must not come into the next one's transaction.
  const own: Sql = {
    query: async (text, parameters) => {
      if (!open) throw new Error('the transaction is over')
      return await sql.query(text, parameters)
    },
  }
  await send('BEGIN')
  try {
    const result = await work(own)
    open = false
    // A COMMIT after a statement that failed answers ROLLBACK and no error.
    const { command } = await send('COMMIT')
    if (command !== 'COMMIT') throw new Error('the transaction was rolled back: a statement of it had failed')
    return result
  } catch (error) {
    open = false
    await send('ROLLBACK')
    throw error
  }
}

function answerOf(engine: PGlite, told: readonly messages.BackendMessage[]): Answer {
  let fields: messages.RowDescriptionMessage['fields'] = []
  const rows: Answer['rows'] = []
  let command = ''
  for (const message of told) {
    if (message instanceof messages.RowDescriptionMessage) fields = message.fields
    else if (message instanceof messages.CommandCompleteMessage) command = message.text
    else if (message instanceof messages.DataRowMessage) rows.push(rowOf(engine, fields, message.fields))
  }
  return { rows, command }
}

function rowOf(
  { parsers }: PGlite,
  fields: messages.RowDescriptionMessage['fields'],
  values: messages.DataRowMessage['fields'],
): Record<string, unknown> {
  const row: Record<string, unknown> = {}
  fields.forEach(({ name, dataTypeID }, index) => {
    const text = values[index] ?? null
    row[name] = text === null ? null : (parsers[dataTypeID]?.(text) ?? text)
  })
  return row
}
