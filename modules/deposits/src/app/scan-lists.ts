import type { Chain, ChainHead, ChainPort } from '@species/contracts'
import { type Outcome, backOffMs } from '@species/kernel'
import {
  type BegunList,
  type DueAddress,
  type ListProgress,
  quickReadThrough,
  storeProgress,
  takeDueAddresses,
} from '../adapters/address-rows.ts'
import { countUnread, keepListed } from '../adapters/transaction-rows.ts'
import { nextPosition, positionsWithin } from '../domain/positions.ts'
import type { DepositsDeps } from './deps.ts'

/** Addresses of one chain whose lists are read in one run, and at the same time. */
const addressesPerRun = 40
const listsAtOnce = 2
const leaseMs = 120_000
/** Pages of one list in one run; the next run goes on where it ended. */
const pagesPerRun = 10
/** No list is longer: one that has more pages never ends. */
const mostPages = 500
/** A chain whose lists name more than is read is not asked for more. */
export const mostUnread = 10_000
/** Between two looks at an address in use, and at one that was retired or whose lease is over. */
const quickMs = 10_000
const slowMs = 600_000
const failure = { firstMs: 5_000, longestMs: 300_000 }
/** Each hour, and at first, a list is read from a day back. */
const deepEveryMs = 3_600_000
const deepLookMs = 86_400_000

/** Why a list could not be read on. `silent`: the partner gave no answer that can be used. */
type ListFault = 'silent' | 'looping' | 'endless' | 'too_many_unread'

/**
 * Reads the lists of a chain that are due, each from its position to its end, and keeps the hashes on them. A list that repeats itself
 * or never ends is given up and asked for again later from the same position, so that nothing on it is passed over.
 */
export async function scanLists(deps: DepositsDeps, chain: Chain, scout: ChainPort): Promise<void> {
  const nowMs = deps.clock.now()
  const due = await takeDueAddresses(deps.database, chain, { nowMs, leaseMs, atMost: addressesPerRun })
  if (due.length === 0) return
  const scan: Scan = { deps, chain, scout, leasedUntilMs: nowMs + leaseMs }
  const [head, unread] = await Promise.all([scout.head(chain), countUnread(deps.database, chain, mostUnread)])
  if (head.kind !== 'yes' || unread >= mostUnread) {
    const fault = head.kind === 'yes' ? 'too_many_unread' : 'silent'
    for (const one of due) await giveUp(scan, one, fault, head.kind === 'yes' ? undefined : inWords(head))
    return
  }
  const lists = due.values()
  // All take from one iterator: each goes on with the next that is not taken.
  const workThrough = async (): Promise<void> => {
    for (const one of lists)
      await scanList(scan, one, head.value).catch((error: unknown) => {
        deps.log.error({ chain, err: error }, 'a list of transfers could not be kept; it is read again')
      })
  }
  await Promise.all(Array.from({ length: listsAtOnce }, workThrough))
  await noteProgress(deps, chain)
}

interface Scan {
  readonly deps: DepositsDeps
  readonly chain: Chain
  readonly scout: ChainPort
  readonly leasedUntilMs: number
}

async function scanList(scan: Scan, one: DueAddress, head: ChainHead): Promise<void> {
  const { deps } = scan
  const begun = one.begun ?? { ...beginningOf(scan, one, head), page: undefined }
  const read = await readPages(scan, one, begun)
  if (read.is === 'at_end') await reachEnd(scan, one, head, begun)
  else if (read.is === 'faulty') await giveUp(scan, one, read.fault, read.reason)
  else await put(scan, one, { dueAtMs: deps.clock.now(), failures: 0, begun: { ...begun, ...read } })
}

type PagesRead =
  | { readonly is: 'at_end' }
  | { readonly is: 'under_way'; readonly page: string; readonly pages: number }
  | { readonly is: 'faulty'; readonly fault: ListFault; readonly reason?: string }

/** Reads as many pages as one run may, and keeps the hashes on them. */
async function readPages(
  { deps, chain, scout }: Scan,
  { address }: DueAddress,
  { since, page: first, pages }: { since: number; page: string | undefined; pages: number },
): Promise<PagesRead> {
  const seen = new Set<string>()
  let page = first
  for (let read = 0; read < pagesPerRun; read++) {
    const answer = await scout.transfersTo({ chain, address, since, page })
    if (answer.kind !== 'yes') return { is: 'faulty', fault: 'silent', reason: inWords(answer) }
    await keepListed(deps.database, chain, answer.value.hashes, deps.clock.now())
    const { next } = answer.value
    if (next === undefined) return { is: 'at_end' }
    if (seen.has(next) || next === page) return { is: 'faulty', fault: 'looping' }
    seen.add(next)
    page = next
  }
  const all = pages + pagesPerRun
  return page === undefined || all >= mostPages
    ? { is: 'faulty', fault: 'endless' }
    : { is: 'under_way', page, pages: all }
}

function inWords(answer: Exclude<Outcome<unknown>, { kind: 'yes' }>): string {
  return answer.kind === 'no' ? answer.refusal.detail : answer.reason
}

/** Where a list is begun: now and then a day back, for what a partner's list had lacked for longer than it is read again each time. */
function beginningOf({ deps, chain }: Scan, one: DueAddress, head: ChainHead): Omit<BegunList, 'page'> {
  const isDeep = (one.deepAtMs ?? -Infinity) + deepEveryMs <= deps.clock.now()
  const dayBack = Math.max(0, head.position - positionsWithin(chain, deepLookMs))
  const since = one.position === undefined || (isDeep && dayBack < one.position) ? dayBack : one.position
  return { since, pages: 0, throughMs: head.blockTimeMs }
}

async function reachEnd(
  scan: Scan,
  one: DueAddress,
  head: ChainHead,
  begun: Pick<BegunList, 'since' | 'throughMs'>,
): Promise<void> {
  const { deps, chain } = scan
  const { config } = await deps.config.current()
  const nowMs = deps.clock.now()
  const wasDeep = one.position === undefined || begun.since < one.position
  await put(scan, one, {
    dueAtMs: nowMs + (one.isQuick ? quickMs : slowMs),
    position: nextPosition(chain, config.chains[chain].confirmations, one.position, head.position),
    readThroughMs: begun.throughMs,
    deepAtMs: wasDeep ? nowMs : undefined,
    failures: 0,
  })
}

async function giveUp(scan: Scan, one: DueAddress, fault: ListFault, reason?: string): Promise<void> {
  const { deps, chain } = scan
  deps.metrics.depositFaults.inc({ chain, fault })
  deps.log.warn({ chain, address: one.address, fault, reason }, 'a list of transfers could not be read to its end')
  const dueAtMs = deps.clock.now() + backOffMs(failure, one.failures)
  await put(scan, one, { dueAtMs, failures: one.failures + 1, fault })
}

async function put({ deps, leasedUntilMs }: Scan, one: DueAddress, progress: ListProgress): Promise<void> {
  await storeProgress(deps.database, one, progress, leasedUntilMs)
}

/** Shows how old the oldest list of an address in use is. */
async function noteProgress({ database, metrics, clock }: DepositsDeps, chain: Chain): Promise<void> {
  const through = await quickReadThrough(database, chain, clock.now())
  if (through !== undefined) metrics.depositsBehindSeconds.set({ chain }, Math.max(0, clock.now() - through) / 1_000)
}
