import { createHash } from 'node:crypto'
import type { BlockRun, ChainChange, ChainTransaction, Fork } from './change.ts'
import type { ChainProfile } from './profile.ts'
import { blocksFoundByHash, historyBlocks, tronSolidConfirmations } from './profile.ts'

export interface Block {
  readonly number: number
  readonly hash: string
  readonly parentHash: string
  readonly timestampMs: number
}

/**
 * One simulated chain, empty until a `genesis` or `restore` change. Reading takes the time because automatic blocks are
 * mined lazily: what is due by `now` exists. State changes go through `apply` alone, which a replay repeats with the
 * same result.
 */
export class SimulatedChain {
  readonly profile: ChainProfile
  #interval = 0
  #minedAt = 0
  #runs: BlockRun[] = []
  #forks: Fork[] = []
  readonly #byHash = new Map<string, ChainTransaction>()
  readonly #inOrder: ChainTransaction[] = [] // by block, so that a reorganisation pops what it drops

  constructor(profile: ChainProfile) {
    this.profile = profile
  }

  /** Carries out one change; the caller has made sure that it makes sense. */
  apply(change: ChainChange): void {
    if (change.k !== 'restore' && change.k !== 'restoreTx') this.#advance(change.at)
    switch (change.k) {
      case 'genesis':
        this.#begin(change.at, change.salt)
        break
      case 'interval':
        this.#interval = change.ms
        this.#minedAt = Math.max(this.#minedAt, change.at)
        break
      case 'mine':
        this.#append(change.count, change.at, change.at)
        break
      case 'tx':
        this.#append(1, change.time, change.at)
        this.#remember({ ...change.tx, block: this.#height() })
        break
      case 'reorg':
        this.#dropAbove(this.#height() - change.depth)
        this.#forks.push({ from: this.#height() + 1, salt: change.salt })
        this.#append(change.depth + 1, change.at, change.at)
        break
      case 'restore':
        this.#interval = change.interval
        this.#minedAt = change.minedAt
        this.#runs = [...change.runs]
        this.#forks = [...change.forks]
        break
      case 'restoreTx':
        this.#remember(change.tx)
        break
    }
  }

  get isEmpty(): boolean {
    return this.#runs.length === 0
  }

  get intervalMs(): number {
    return this.#interval
  }

  get transactionCount(): number {
    return this.#byHash.size
  }

  head(now: number): number {
    this.#advance(now)
    return this.#height()
  }

  /** Highest final block; only TRON's clients ask for it. */
  solidHead(now: number): number {
    return this.head(now) - tronSolidConfirmations + 1
  }

  /** Most blocks that a reorganisation may drop. */
  maxReorgDepth(now: number): number {
    return this.head(now) - this.profile.startHeight
  }

  /** Undefined below the simulated history and above the head. */
  block(number: number, now: number): Block | undefined {
    this.#advance(now)
    const run = runHolding(this.#runs, number)
    if (run === undefined) return undefined
    const timestampMs = run.time + (number - run.first) * run.step
    return { number, hash: this.#hashOf(number), parentHash: this.#hashOf(number - 1), timestampMs }
  }

  /** The same by its hash. Hashes are not kept: the blocks of transactions are looked at, and the newest others. */
  blockByHash(hash: string, now: number): Block | undefined {
    const head = this.head(now)
    const newest = Array.from({ length: blocksFoundByHash }, (_, back) => head - back)
    const number = [...newest, ...this.#inOrder.map((tx) => tx.block)].find((one) => this.#hashOf(one) === hash)
    return number === undefined ? undefined : this.block(number, now)
  }

  transaction(hash: string): ChainTransaction | undefined {
    return this.#byHash.get(hash)
  }

  /** In the order in which they were mined. */
  transactionsAbove(number: number): readonly ChainTransaction[] {
    return this.#inOrder.slice(lowerBound(this.#inOrder, (tx) => tx.block > number))
  }

  /** At most one: a mined transfer always has a block of its own. */
  transactionsInBlock(number: number): readonly ChainTransaction[] {
    const found = this.#inOrder[lowerBound(this.#inOrder, (tx) => tx.block >= number)]
    return found?.block === number ? [found] : []
  }

  /** Changes that rebuild this state from nothing. */
  *snapshot(): Generator<ChainChange> {
    yield { k: 'restore', interval: this.#interval, minedAt: this.#minedAt, runs: this.#runs, forks: this.#forks }
    for (const tx of this.#inOrder) yield { k: 'restoreTx', tx }
  }

  #begin(at: number, salt: string): void {
    const { naturalBlockMs: step, startHeight: first } = this.profile
    this.#runs = [{ first, count: historyBlocks, time: at - step * (historyBlocks - 1), step, auto: false }]
    this.#forks = [{ from: first, salt }]
    this.#minedAt = at
  }

  #height(): number {
    const last = this.#runs.at(-1)
    return last === undefined ? this.profile.startHeight - 1 : last.first + last.count - 1
  }

  #advance(now: number): void {
    const interval = this.#interval
    if (interval <= 0) return
    const due = Math.floor((now - this.#minedAt) / interval)
    if (due <= 0) return
    const last = this.#runs.at(-1)
    // The spacing is compared too: a changed interval must not re-date blocks that were already seen.
    if (last?.auto === true && last.step === interval && last.time + last.step * (last.count - 1) === this.#minedAt) {
      this.#runs[this.#runs.length - 1] = { ...last, count: last.count + due }
    } else {
      const time = this.#minedAt + interval
      this.#runs.push({ first: this.#height() + 1, count: due, time, step: interval, auto: true })
    }
    this.#minedAt += due * interval
  }

  #append(count: number, time: number, at: number): void {
    this.#runs.push({ first: this.#height() + 1, count, time, step: 0, auto: false })
    this.#minedAt = at
  }

  #remember(tx: ChainTransaction): void {
    this.#byHash.set(tx.hash, tx)
    this.#inOrder.push(tx)
  }

  #dropAbove(cut: number): void {
    for (let last = this.#runs.at(-1); last !== undefined && this.#height() > cut; last = this.#runs.at(-1)) {
      this.#runs.pop()
      if (last.first <= cut) this.#runs.push({ ...last, count: cut - last.first + 1 })
    }
    for (let tx = this.#inOrder.at(-1); tx !== undefined && tx.block > cut; tx = this.#inOrder.at(-1)) {
      this.#inOrder.pop()
      this.#byHash.delete(tx.hash)
    }
  }

  #hashOf(number: number): string {
    const salt = this.#forks.findLast((fork) => fork.from <= number)?.salt ?? 'before'
    const digest = createHash('sha256')
      .update(`${this.profile.name}|${salt}|${String(number)}`)
      .digest('hex')
    // A TRON block id begins with its number; the EVM chains' begins with nothing in particular.
    return this.profile.family === 'tron' ? number.toString(16).padStart(16, '0') + digest.slice(16) : `0x${digest}`
  }
}

function runHolding(runs: readonly BlockRun[], number: number): BlockRun | undefined {
  const run = runs[lowerBound(runs, (candidate) => candidate.first + candidate.count - 1 >= number)]
  return run !== undefined && run.first <= number ? run : undefined
}

/** Index of the first element for which the test holds; the test must be false up to some point and true after it. */
function lowerBound<T>(sorted: readonly T[], holds: (item: T) => boolean): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    const item = sorted[middle]
    if (item !== undefined && holds(item)) high = middle
    else low = middle + 1
  }
  return low
}
