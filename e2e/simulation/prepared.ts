import type { Database, Sql } from '@species/runtime'

/**
 * The same statements, parsed and planned once for many executions, as a server's connection keeps them: an event is a handful
 * of statements, and in a database in memory their planning costs more than their work.
 */
export function withPreparedStatements(database: Database): Database {
  const names = new Map<string, Promise<string>>()
  let count = 0
  const prepare = (sql: Sql, text: string): Promise<string> => {
    const name = `prepared_${count++}`
    const made = sql.query(`PREPARE ${name} AS ${text}`).then(() => name)
    names.set(text, made)
    made.catch(() => names.delete(text))
    return made
  }
  const prepared = (sql: Sql): Sql => ({
    async query(text, parameters = []) {
      if (!/^\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b/.test(text)) return await sql.query(text, parameters)
      const name = await (names.get(text) ?? prepare(sql, text))
      const given = parameters.length === 0 ? '' : `(${parameters.map(literal).join(', ')})`
      return await sql.query(`EXECUTE ${name}${given}`)
    },
  })
  return {
    ...database,
    ...prepared(database),
    transaction: (work) => database.transaction((tx) => work(prepared(tx))),
  }
}

function literal(value: unknown): string {
  if (value === null || value === undefined) return 'NULL'
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value)
  if (Array.isArray(value)) return quoted(`{${value.map(element).join(',')}}`)
  if (typeof value === 'string') return quoted(value)
  throw new Error(`no literal for a ${typeof value}`)
}

function element(value: unknown): string {
  return typeof value === 'string' ? `"${value.replace(/["\\]/g, '\\$&')}"` : literal(value)
}

/** Quotes doubled; a backslash means itself, because conforming strings are the default. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
