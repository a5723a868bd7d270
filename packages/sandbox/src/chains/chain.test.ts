import { describe, expect, it } from 'vitest'
import { SimulatedChain } from './chain.ts'
import type { ChainChange, ChainTransaction } from './change.ts'
import { chainProfiles, historyBlocks } from './profile.ts'

const t0 = 1_790_000_000_000
const start = chainProfiles.ETH.startHeight + historyBlocks - 1

function tx(hash: string): ChainTransaction {
  const zero = '0'.repeat(40)
  return { hash, block: 0, sender: zero, contract: zero, success: true, input: { to: zero, amount: '1' }, logs: [] }
}

function chainAfter(...changes: ChainChange[]): SimulatedChain {
  const chain = new SimulatedChain(chainProfiles.ETH)
  chain.apply({ k: 'genesis', at: t0, salt: 'a' })
  for (const change of changes) chain.apply(change)
  return chain
}

function hashes(chain: SimulatedChain, now: number): string[] {
  const head = chain.head(now)
  return Array.from({ length: 20 }, (_, index) => chain.block(head - index, now)!.hash)
}

describe('a simulated chain', () => {
  it('mines a transfer in the next block at once', () => {
    const chain = chainAfter({ k: 'tx', at: t0 + 5, time: t0 + 5, tx: tx('0x1') })
    expect(chain.head(t0 + 5)).toBe(start + 1)
    expect(chain.transaction('0x1')?.block).toBe(start + 1)
    expect(chain.transactionsInBlock(start + 1).map(({ hash }) => hash)).toEqual(['0x1'])
    expect(chain.transactionsInBlock(start)).toEqual([])
  })

  it('links every block to its parent, across a fork too', () => {
    const chain = chainAfter({ k: 'mine', at: t0, count: 3 }, { k: 'reorg', at: t0, depth: 2, salt: 'b' })
    for (let number = start - 1; number <= chain.head(t0); number++) {
      expect(chain.block(number, t0)?.parentHash).toBe(chain.block(number - 1, t0)?.hash)
    }
  })

  it('has no blocks above the head or below its history', () => {
    const chain = chainAfter()
    expect(chain.block(start, t0)).toBeDefined()
    expect(chain.block(start + 1, t0)).toBeUndefined()
    expect(chain.block(chainProfiles.ETH.startHeight - 1, t0)).toBeUndefined()
  })

  it('drops the last blocks with their transactions in a reorganisation and ends one block longer', () => {
    const chain = chainAfter(
      { k: 'tx', at: t0, time: t0, tx: tx('0x1') },
      { k: 'tx', at: t0, time: t0, tx: tx('0x2') },
      { k: 'mine', at: t0, count: 2 },
    )
    const before = hashes(chain, t0)
    chain.apply({ k: 'reorg', at: t0, depth: 3, salt: 'b' })
    expect(chain.head(t0)).toBe(start + 5)
    expect(chain.transaction('0x1')).toBeDefined()
    expect(chain.transaction('0x2')).toBeUndefined()
    const after = hashes(chain, t0)
    expect(after.slice(4, 20)).toEqual(before.slice(3, 19)) // block start + 1 and below are as they were
    expect(after.slice(0, 4).some((hash) => before.includes(hash))).toBe(false)
  })

  it('mines automatic blocks by the clock and never re-dates one that was seen', () => {
    const chain = chainAfter({ k: 'interval', at: t0, ms: 1000 })
    expect(chain.head(t0 + 999)).toBe(start)
    expect(chain.head(t0 + 3500)).toBe(start + 3)
    expect(chain.block(start + 2, t0 + 3500)?.timestampMs).toBe(t0 + 2000)
    chain.apply({ k: 'interval', at: t0 + 3500, ms: 100 })
    expect(chain.head(t0 + 3700)).toBe(start + 5)
    expect(chain.block(start + 2, t0 + 3700)?.timestampMs).toBe(t0 + 2000)
    expect(chain.block(start + 5, t0 + 3700)?.timestampMs).toBe(t0 + 3700)
  })

  it('mines no burst of blocks after a transfer that was dated into the past', () => {
    const chain = chainAfter(
      { k: 'interval', at: t0, ms: 1000 },
      { k: 'tx', at: t0, time: t0 - 86_400_000, tx: tx('0x1') },
    )
    expect(chain.block(start + 1, t0)?.timestampMs).toBe(t0 - 86_400_000)
    expect(chain.head(t0 + 1000)).toBe(start + 2)
  })

  it('is the same after its snapshot, and after a replay however often it was read in between', () => {
    const changes: ChainChange[] = [
      { k: 'interval', at: t0, ms: 700 },
      { k: 'tx', at: t0 + 1500, time: t0 + 1500, tx: tx('0x1') },
      { k: 'mine', at: t0 + 5000, count: 4 },
      { k: 'reorg', at: t0 + 9000, depth: 2, salt: 'c' },
      { k: 'tx', at: t0 + 9900, time: t0 + 9900, tx: tx('0x2') },
    ]
    const now = t0 + 20_000
    const unread = chainAfter(...changes)
    const read = chainAfter()
    for (const change of changes) {
      if ('at' in change) read.head(change.at - 300)
      read.apply(change)
    }
    const restored = new SimulatedChain(chainProfiles.ETH)
    for (const change of unread.snapshot()) restored.apply(JSON.parse(JSON.stringify(change)) as ChainChange)
    for (const chain of [read, restored]) {
      expect(hashes(chain, now)).toEqual(hashes(unread, now))
      expect(chain.transaction('0x2')).toEqual(unread.transaction('0x2'))
      expect(chain.block(start + 3, now)).toEqual(unread.block(start + 3, now))
    }
  })
})
