import type { BookEntry, BookPort, LedgerPage, LedgerTransfer } from '@species/contracts'
import type { Database } from '@species/database'
import { unknown, yes } from '@species/kernel'
import { createMetrics, silentLogger, systemIds } from '@species/platform'
import { type ManualClock, manualClock } from '@species/testing'
import type { MirrorDeps } from './app/deps.ts'

/** The mirror with a ledger and a book that a test plays. */
export interface World {
  readonly deps: MirrorDeps
  readonly clock: ManualClock
  readonly ledger: LedgerTransfer[]
  /** What is in the book, as it was posted. */
  readonly book: BookEntry[]
  /** What the book does at a call of `post`, before it answers; by itself it writes and answers. */
  onPost: (entry: BookEntry, write: () => string) => ReturnType<BookPort['post']>
  isDown: boolean
  readonly searched: string[]
}

export function createWorld(database: Database): World {
  const clock = manualClock()
  const down = unknown('down')
  const idOf = (externalId: string): string | undefined => {
    const place = world.book.findIndex((entry) => entry.externalId === externalId)
    return place < 0 ? undefined : String(place + 1)
  }
  const accountNames: string[] = []
  const book: BookPort = {
    ensureCurrency: async () => (world.isDown ? down : yes(true)),
    async ensureAccount({ name }) {
      if (world.isDown) return down
      if (!accountNames.includes(name)) accountNames.push(name)
      return yes(name)
    },
    async find(externalId) {
      world.searched.push(externalId)
      return world.isDown ? down : yes(idOf(externalId))
    },
    async post(entry) {
      if (world.isDown) return down
      return await world.onPost(entry, () => {
        const same = world.book.find((one) => JSON.stringify(one, asText) === JSON.stringify(entry, asText))
        if (!same) world.book.push(entry)
        return idOf(entry.externalId) ?? ''
      })
    },
    async balance(accountId) {
      if (world.isDown) return down
      return yes(
        world.book.reduce(
          (sum, { sourceId, destinationId, amount }) =>
            sum + (destinationId === accountId ? amount : 0n) - (sourceId === accountId ? amount : 0n),
          0n,
        ),
      )
    },
  }
  const world: World = {
    clock,
    ledger: [],
    book: [],
    searched: [],
    isDown: false,
    onPost: async (_entry, write) => yes(write()),
    deps: {
      database,
      clock,
      ids: systemIds,
      log: silentLogger,
      metrics: createMetrics(),
      book,
      ledger: {
        entriesAfter: async (seq, limit) => pageOf(world.ledger, seq, limit),
        balancesUnder: async () => [],
      },
    },
  }
  return world
}

const asText = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? value.toString() : value)

function pageOf(transfers: readonly LedgerTransfer[], after: bigint, limit: number): LedgerPage {
  const seqs = transfers
    .flatMap(({ entries }) => entries.map(({ seq }) => seq))
    .filter((seq) => seq > after)
    .sort((left, right) => Number(left - right))
    .slice(0, limit)
  return { seqs, transfers: transfers.filter(({ entries }) => entries.some(({ seq }) => seqs.includes(seq))) }
}

/** A payment of a user, with the two entries from this number on. */
export function payment(seq: number, more: Partial<LedgerTransfer> = {}): LedgerTransfer {
  return {
    transferId: `payment:${String(seq)}`,
    eventKey: undefined,
    kind: 'payment',
    atMs: Date.UTC(2026, 0, 1),
    entries: [
      { seq: BigInt(seq), account: 'world:ETH', asset: 'USDT', amount: -5n },
      { seq: BigInt(seq + 1), account: 'user:ann', asset: 'USDT', amount: 5n },
    ],
    ...more,
  }
}
