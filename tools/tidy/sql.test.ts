import { describe, expect, it } from 'vitest'
import { read, writtenFiles } from './repository.ts'
import { impureSqlIn } from './sql-in.ts'

/** It compares the server's clock with the process's: no parameter can stand for either. */
const comparesClocks = 'packages/flow/src/retention-clock.ts'

function isOurs(path: string): boolean {
  if (path === comparesClocks) return false
  return /^(apps|modules|packages)\/(?!sandbox\/)/.test(path) && !path.endsWith('.test.ts')
}

it('gives time and ids to SQL as parameters', () => {
  const sources = [...writtenFiles('.sql'), ...writtenFiles('.ts')].filter(isOurs)
  expect(sources.flatMap((path) => impureSqlIn(path, read(path)).map((found) => `${path}: ${found}`))).toEqual([])
})

describe('the search for impure SQL', () => {
  const given: [path: string, content: string, found: string[]][] = [
    ['a.sql', 'create table t (at timestamptz default now())', ['now(']],
    ['a.sql', 'create table t (id uuid default gen_random_uuid())', ['gen_random_uuid(']],
    ['a.sql', 'create table t (at timestamptz default CURRENT_TIMESTAMP)', ['CURRENT_TIMESTAMP']],
    ['a.sql', '-- no now() here', []],
    ['a.ts', 'await sql`select random() from t where id = ${id}`', ['random(']],
    ['a.ts', 'await sql`select * from t where at < ${clock.now()}`', []],
    ['a.ts', 'const now = Date.now()', []],
    ['a.ts', "log('use now() with care')", []],
  ]
  it.each(given)('in %s, given %s', (path, content, found) => {
    expect(impureSqlIn(path, content)).toEqual(found)
  })
})
