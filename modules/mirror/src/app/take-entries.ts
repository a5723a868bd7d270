import { type Horizon, horizonOf, keepLease, noteSeq, readProgress } from '../adapters/progress-rows.ts'
import { type NewPair, storePairs } from '../adapters/pair-rows.ts'
import { pairsOf } from '../domain/pairs.ts'
import type { MirrorDeps } from './deps.ts'

/** Entries of the ledger that one step takes over. */
const entriesAtOnce = 500

/** A number that is missing, and from which transaction on none can have drawn it. */
interface Gap {
  readonly seq: bigint
  readonly from: bigint
}

type Deps = Pick<MirrorDeps, 'database' | 'ledger'>

/**
 * Takes over what the ledger has posted, in the order of its entries. A number that is missing may belong to a transaction that has not
 * ended, so it is waited for until every transaction of that time has ended. One step: answers with whether there may be more.
 */
export function createTakeEntries(deps: Deps): (lease: string) => Promise<boolean> {
  let gap: Gap | undefined
  return async (lease) => {
    // Read before the page: what had ended then is in the page.
    const horizon = await horizonOf(deps.database)
    const { seq: after } = await readProgress(deps.database)
    const { seqs, transfers } = await deps.ledger.entriesAfter(after, entriesAtOnce)
    const mayPass = (seq: bigint): boolean => gap?.seq === seq && horizon.under >= gap.from
    const { upTo, missing } = lastBefore(after, seqs, mayPass)
    if (missing !== undefined && gap?.seq !== missing) gap = await gapAt(deps, missing)
    if (upTo === after) return false
    const pairs = transfers
      .filter(({ entries }) => entries.some(({ seq }) => seq > after && seq <= upTo))
      .flatMap((transfer): NewPair[] => pairsOf(transfer).map((pair) => ({ ...pair, ...transfer })))
    return await deps.database.transaction(async (tx) => {
      if (!(await keepLease(tx, lease))) return false
      await storePairs(tx, pairs)
      await noteSeq(tx, upTo)
      return seqs.length === entriesAtOnce && missing === undefined
    })
  }
}

async function gapAt({ database }: Deps, seq: bigint): Promise<Gap> {
  const { from }: Horizon = await horizonOf(database)
  return { seq, from }
}

/** The last number with none missing before it, but those that may be passed over; and the one that is missing. */
function lastBefore(
  after: bigint,
  seqs: readonly bigint[],
  mayPass: (seq: bigint) => boolean,
): { upTo: bigint; missing: bigint | undefined } {
  let upTo = after
  for (const seq of seqs) {
    if (seq !== upTo + 1n && !mayPass(upTo + 1n)) return { upTo, missing: upTo + 1n }
    upTo = seq
  }
  return { upTo, missing: undefined }
}
