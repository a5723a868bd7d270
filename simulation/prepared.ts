import type { Sql } from '@species/database'

/**
 * The same statements, parsed and planned once for many executions, as a server's connection keeps them: an event is a handful
 * of statements, and in a database in memory their planning costs more than their work. Parameters go along as literals.
 */
export function withPreparedStatements(sql: Sql): Sql {
  const names = new Map<string, string>()
  return {
    async query(text, parameters = []) {
      if (!/^\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b/.test(text)) {
        if (parameters.length > 0) throw new Error(`no parameters go with this statement: ${text}`)
        return await sql.query(text)
      }
      const name = names.get(text) ?? `prepared_${names.size}`
      if (!names.has(text)) await sql.query(`PREPARE ${name} AS ${text}`)
      names.set(text, name)
      const given = parameters.length === 0 ? '' : `(${parameters.map(literal).join(', ')})`
      return await sql.query(`EXECUTE ${name}${given}`)
    },
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
