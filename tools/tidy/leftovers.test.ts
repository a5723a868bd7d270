import { basename } from 'node:path'
import { describe, expect, it } from 'vitest'
import { linesMatching, read, writtenFiles } from './repository.ts'

const code = [...writtenFiles('.ts'), ...writtenFiles('.js'), ...writtenFiles('.mjs'), ...writtenFiles('.cjs')]

function found(paths: readonly string[], pattern: RegExp): string[] {
  return paths.flatMap((path) => linesMatching(path, read(path), pattern))
}

describe('nothing is left over', () => {
  it('no notes to do something later', () => {
    expect(found(code, new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X'].join('|')})\\b`))).toEqual([])
  })

  it('no marks of a merge, also not as a formatter of Markdown leaves them', () => {
    expect(found(writtenFiles(), new RegExp(`^\\s*(${'<'.repeat(7)}|${'>'.repeat(7)}|${'> '.repeat(6)}>) `))).toEqual(
      [],
    )
  })

  it('no test that silences the others', () => {
    expect(found(writtenFiles('.test.ts'), /\b(it|test|describe)\.only\b/)).toEqual([])
  })

  it('no path of one machine and no host of one registry', () => {
    const machine = ['work', 'home/\\w+', 'Users/\\w+'].map((folder) => `(?<![\\w.$}-])/${folder}/`)
    const hosts = ['registry\\.' + 'npmjs', 'arti' + 'factory', 'verda' + 'ccio', 'proxy\\.' + 'golang']
    const everything = [...writtenFiles(), 'package-lock.json']
    expect(found(everything, new RegExp([...machine, ...hosts].join('|')))).toEqual([])
  })
})

describe('names', () => {
  it('say what a file is about', () => {
    const empty = /^(utils?|helpers?|common|misc)$/
    const isEmptyName = (path: string): boolean =>
      path.split('/').some((part) => empty.test(basename(part).replace(/(\.\w+)+$/, '')))
    expect(writtenFiles().filter(isEmptyName)).toEqual([])
  })

  it('are in kebab case', () => {
    const sources = writtenFiles('.ts').filter((path) =>
      /^(apps|modules|packages|tools|drills|simulation)\//.test(path),
    )
    expect(sources.filter((path) => !/^[a-z0-9-]+(\.[a-z0-9-]+)*\.ts$/.test(basename(path)))).toEqual([])
  })
})
