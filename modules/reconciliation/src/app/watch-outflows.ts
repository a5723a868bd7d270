import { type Chain, type ChainPort, type ProvenTransfer, usdtOf } from '@species/contracts'
import { type ChainTransaction, comparable, placeOf, toMicro } from '@species/contracts/transfers'
import { backOffMs } from '@species/kernel'
import {
  dueListed,
  forgetListed,
  keepListed,
  listPlaces,
  storeListPlace,
  storeListed,
  watchWallets,
} from '../adapters/list-rows.ts'
import { keepOutflows } from '../adapters/outflow-rows.ts'
import { readBalances } from '../adapters/wallet-rows.ts'
import { type OurWallets, overlapOf, positionsWithin } from '../domain/wallets.ts'
import type { ReconciliationDeps } from './deps.ts'

/** Wallets whose lists are read in one look, pages of one list, and transactions that are read. */
const listsPerLook = 100
const mostPages = 500
const mostTransactions = 300
const readAtOnce = 4
/** A wallet that is not in use is looked at after this. */
const restMs = 600_000
/** Each hour a list is read from a day back. */
const deepEveryMs = 3_600_000
const deepLookMs = 86_400_000
/** A transaction that a list named and that never was is given up after so many looks. */
const mostLooks = 40

/** A chain as it is watched. */
export interface Watched {
  readonly chain: Chain
  readonly scout: ChainPort
  readonly wallets: OurWallets
  readonly confirmations: number
}

/**
 * Finds what left our wallets on a chain: reads the lists that are due to their ends, and each transaction on them until it is final.
 * Answers why not, where not all of it was read.
 */
export async function watchOutflows(deps: ReconciliationDeps, watched: Watched): Promise<string | undefined> {
  const { chain, scout, wallets, confirmations } = watched
  const head = await scout.head(chain)
  if (head.kind !== 'yes') return `${chain} does not tell its newest block`
  const back = Math.max(0, head.value.position - overlapOf(chain, confirmations))
  await watchWallets(deps.database, chain, [...wallets.all], back)
  const nowMs = deps.clock.now()
  const resting = await withMoney(deps, chain, wallets)
  const due = (await listPlaces(deps.database, chain)).filter(
    ({ address, listedAtMs }) =>
      wallets.inUse.has(address) ||
      (resting.has(address) && (listedAtMs === undefined || listedAtMs + restMs <= nowMs)),
  )
  const silent: string[] = []
  await sideBySide(due.slice(0, listsPerLook), async (place) => {
    const { address, position } = place
    if (!(await readList(deps, watched, address, position))) {
      silent.push(address)
      return
    }
    const dayBack = Math.max(place.begins, head.value.position - positionsWithin(chain, deepLookMs))
    const wasDeep = (place.deepAtMs ?? -Infinity) + deepEveryMs <= nowMs && dayBack < position
    // For what a partner's list had lacked for long. Where a day is too much to read, what is new is read nevertheless.
    if (wasDeep) await readList(deps, watched, address, dayBack)
    await storeListPlace(deps.database, chain, address, { position: back, nowMs, wasDeep })
  })
  const unread = await readListed(deps, watched)
  if (silent.length > 0) return `${chain} does not list what left ${silent.length} of our wallets`
  return unread > 0 ? `${chain} does not tell of ${unread} transactions that left our wallets` : undefined
}

/** Wallets that are not in use and have or had money: of the others, which may be a thousand, nothing can leave. */
async function withMoney(
  { database, queries }: ReconciliationDeps,
  chain: Chain,
  { all, inUse }: OurWallets,
): Promise<Set<string>> {
  const resting = [...all].filter((address) => !inUse.has(address))
  const received = await queries.deposits.lastReceived(chain, resting)
  const balances = await readBalances(database, chain)
  return new Set(resting.filter((address) => received.has(address) || (balances.get(address)?.balance ?? 0n) > 0n))
}

/** Reads a list to its end. False where it has none, or where no usable answer came: it is read again from the same position. */
async function readList(
  { database, clock, log }: ReconciliationDeps,
  { chain, scout }: Watched,
  address: string,
  since: number,
): Promise<boolean> {
  const seen = new Set<string>()
  let page: string | undefined
  for (let read = 0; read < mostPages; read++) {
    const answer = await scout.transfersFrom({ chain, address, since, page })
    if (answer.kind !== 'yes') return false
    await keepListed(database, chain, answer.value.hashes, clock.now())
    const { next } = answer.value
    if (next === undefined) return true
    if (seen.has(next)) break
    seen.add(next)
    page = next
  }
  log.warn({ chain, address }, 'a list of what left a wallet could not be read to its end; it is read again')
  return false
}

/** Reads transactions that lists named. Answers with how many gave no usable answer. */
async function readListed(deps: ReconciliationDeps, watched: Watched): Promise<number> {
  const { database, clock } = deps
  const { chain, scout, confirmations } = watched
  let unread = 0
  await sideBySide(await dueListed(database, chain, clock.now(), mostTransactions), async ({ hash, looks }) => {
    const answer = await scout.transaction(chain, hash)
    const nowMs = clock.now()
    const again = nowMs + backOffMs({ firstMs: 5_000, longestMs: 600_000 }, looks)
    if (answer.kind === 'yes' && answer.value.confirmations >= confirmations) {
      await database.transaction(async (tx) => {
        await keepOutflows(tx, outflowsOf(answer.value, watched), nowMs)
        await storeListed(tx, chain, hash, undefined)
      })
      return
    }
    if (answer.kind !== 'yes' && answer.kind !== 'not_yet') unread++
    if (answer.kind === 'not_yet' && looks >= mostLooks) await forgetListed(database, chain, hash)
    else await storeListed(database, chain, hash, again)
  })
  return unread
}

/** The transfers of genuine USDT from wallets of ours in a transaction that is final. */
function outflowsOf(transaction: ChainTransaction, { chain, wallets }: Watched): ProvenTransfer[] {
  if (!transaction.succeeded) return []
  const token = usdtOf(chain).address
  return transaction.transfers
    .filter(
      (one) => comparable(chain, one.tokenAddress) === token && wallets.all.has(comparable(chain, one.fromAddress)),
    )
    .filter((one) => toMicro(chain, one.rawValue) > 0n)
    .map((one) => ({
      chain,
      hash: transaction.hash,
      fromAddress: comparable(chain, one.fromAddress),
      toAddress: comparable(chain, one.toAddress),
      rawValue: one.rawValue,
      nth: placeOf(transaction, one),
      logIndex: one.logIndex,
      amountMicro: toMicro(chain, one.rawValue),
      blockNumber: transaction.blockNumber,
      blockTimeMs: transaction.blockTimeMs,
    }))
}

async function sideBySide<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = items.values()
  const workThrough = async (): Promise<void> => {
    for (const item of left) await work(item)
  }
  await Promise.all(Array.from({ length: readAtOnce }, workThrough))
}
