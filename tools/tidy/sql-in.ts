import ts from 'typescript'

const statement = /\b(select|insert\s+into|update|delete\s+from|create\s+(table|index|function)|alter\s+table)\b/i

/** The SQL of a source file: all of a .sql file without its comments, and the literals of a .ts file that hold a statement. */
function sqlIn(path: string, content: string): string[] {
  if (path.endsWith('.sql')) return [content.replace(/--.*$/gm, '').replace(/\/\*[\s\S]*?\*\//g, '')]
  return literalsIn(path, content).filter((text) => statement.test(text))
}

/** What stands in `${…}` is code, not SQL, and is left out. */
function literalsIn(path: string, content: string): string[] {
  const texts: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node)) texts.push(node.text)
    if (ts.isTemplateExpression(node)) {
      texts.push([node.head, ...node.templateSpans.map(({ literal }) => literal)].map(({ text }) => text).join(' ? '))
    }
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile(path, content, ts.ScriptTarget.ESNext))
  return texts
}

const impure =
  /\b(now|random|setseed|gen_random_uuid|uuidv[47]|uuid_generate_v\w+|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday)\s*\(|\b(current_timestamp|current_date|current_time|localtimestamp|localtime)\b/gi

/**
 * What the SQL makes up by itself. House rule: time and ids are parameters, because a replay must store the same row and
 * a test must be able to set the clock.
 */
export function impureSqlIn(path: string, content: string): string[] {
  return sqlIn(path, content).flatMap((sql) => [...sql.matchAll(impure)].map(([found]) => found))
}
