import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openJournal, readJournal } from './journal.ts'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sandbox-journal-'))
  path = join(folder, 'deeper', 'journal.jsonl')
})
afterEach(() => rmSync(folder, { recursive: true }))

function lines(): string[] {
  const read: string[] = []
  readJournal(path, (line) => read.push(line))
  return read
}

describe('the journal', () => {
  it('is empty when there is no file yet, and makes its folder', () => {
    expect(lines()).toEqual([])
    openJournal(path, []).close()
    expect(readFileSync(path, 'utf8')).toBe('')
  })

  it('has a line when append returns, without being closed', () => {
    const journal = openJournal(path, ['snapshot'])
    journal.append('one\ntwö\n')
    expect(lines()).toEqual(['snapshot', 'one', 'twö'])
    journal.close()
  })

  it('leaves out a torn last line and cuts it off when opened', () => {
    openJournal(path, ['whole']).close()
    appendFileSync(path, '{"torn":')
    expect(lines()).toEqual(['whole'])
    const journal = openJournal(path, lines())
    journal.append('next\n')
    journal.close()
    expect(readFileSync(path, 'utf8')).toBe('whole\nnext\n')
  })

  it('reads lines that lie across its reading steps', () => {
    const long = Array.from({ length: 5 }, (_, index) => String(index).repeat(700_000))
    openJournal(path, long).close()
    expect(lines()).toEqual(long)
    writeFileSync(path, '')
    expect(lines()).toEqual([])
  })
})
