import { expect, it } from 'vitest'
import { type ChainEnd, type WalkedEntry, chainBreaks } from './audit-chain.ts'

/** Entries of accounts as the audit walks: by account, the newest first; amounts are given the oldest first. */
function walk(amounts: Readonly<Record<string, readonly bigint[]>>): WalkedEntry[] {
  let seq = 0n
  return Object.entries(amounts).flatMap(([account, given]) => {
    let balanceAfter = 0n
    return given
      .map((amount) => ({ account, asset: 'USDT', seq: ++seq, amount, balanceAfter: (balanceAfter += amount) }))
      .reverse()
  })
}

/** In pages of this size, each from what the page before it left open. */
function inPages(rows: readonly WalkedEntry[], size: number): string[] {
  const breaches: string[] = []
  let ends: readonly ChainEnd[] = []
  for (let at = 0; at < rows.length; at += size) {
    const page = chainBreaks(rows.slice(at, at + size), ends, at + size >= rows.length)
    breaches.push(...page.breaches)
    ends = page.ends
  }
  return breaches
}

const rows = walk({ alice: [5n, -2n, 7n, 1n], bob: [3n], carol: [2n, 2n, -4n] })

it.each([1, 2, 3, 100])('a ledger that nobody touched has no break, in pages of %d', (size) => {
  expect(inPages(rows, size)).toEqual([])
})

it.each([1, 2, 3, 100])('each changed balance, wherever it is, is found in pages of %d', (size) => {
  for (const changed of rows) {
    const touched = rows.map((row) => (row === changed ? { ...row, balanceAfter: row.balanceAfter + 1n } : row))
    // Of the newest entry only what follows from it is wrong here; that it is not the balance is another check.
    expect(inPages(touched, size).length, `entry ${changed.seq}`).toBeGreaterThan(0)
  }
})

it.each([1, 2, 3, 100])('a missing entry is found, unless it is the newest of its account, in pages of %d', (size) => {
  const newest = new Set(['alice', 'bob', 'carol'].map((account) => rows.find((row) => row.account === account)))
  for (const missing of rows.filter((row) => !newest.has(row)))
    expect(
      inPages(
        rows.filter((row) => row !== missing),
        size,
      ).length,
      `entry ${missing.seq}`,
    ).toBe(1)
})
