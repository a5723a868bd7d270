import {
  type Chain,
  type ChainHead,
  type ChainPort,
  type ChainTransaction,
  type ProvenTransfer,
  canVanish,
  chainFacts,
  comparable,
  placeOf,
  toMicro,
  usdtOf,
} from '@species/contracts'
import type { AddressRow } from '../adapters/address-rows.ts'
import type { QuotesDeps } from './deps.ts'

/** Pages of a list that one look reads; the next look goes on where this one ended. */
const maxPages = 10

/** A transfer to the address, as its chain shows it now. */
export interface Shown extends ProvenTransfer {
  readonly confirmations: number
}

/** What one look at an address has found. */
export interface Look {
  readonly head: ChainHead
  readonly shown: readonly Shown[]
  /** Transactions that the chain does not show, where that is a definite answer. */
  readonly gone: readonly string[]
  /** Whether all that the list has was read: only then is what it lacks not there. */
  readonly isComplete: boolean
}

type Deps = Pick<QuotesDeps, 'chainReaders'>

/** What is known before a look. */
export interface Known {
  /** Transactions that are read whether or not they are on the list, with the block in which they were seen. */
  readonly open: ReadonlyMap<string, number>
  /** Transactions of which everything is decided. */
  readonly done: ReadonlySet<string>
  /** Nothing that was mined earlier matters; Unix milliseconds. */
  readonly sinceMs: number
}

/**
 * Reads what came in at an address: the list from where it was read before, and then every transaction of it. Undefined: there was no
 * answer.
 */
export async function lookAt(deps: Deps, row: AddressRow, known: Known): Promise<Look | undefined> {
  const { chain, address } = row
  const port = deps.chainReaders.find((candidate) => candidate.chains.includes(chain))
  const head = await port?.head(chain)
  if (port === undefined || head?.kind !== 'yes') return undefined
  const since = Math.max(row.readFrom, positionAt(chain, head.value, known.sinceMs))
  const { listed, isWhole } = await readList(port, { chain, address, since }, known.done)
  let isComplete = isWhole
  const shown: Shown[] = []
  const gone: string[] = []
  for (const hash of new Set([...known.open.keys(), ...listed])) {
    const outcome = await port.transaction(chain, hash, known.open.get(hash))
    if (outcome.kind === 'yes' && outcome.value.succeeded) shown.push(...transfersTo(outcome.value, address))
    // What is on the list and not shown, or cannot vanish, is somewhere: the node lags.
    else if (outcome.kind === 'unknown' || listed.has(hash) || !canVanish(chain)) isComplete = false
    else gone.push(hash)
  }
  return { head: head.value, shown, gone, isComplete }
}

async function readList(
  port: ChainPort,
  request: { chain: Chain; address: string; since: number },
  done: ReadonlySet<string>,
): Promise<{ listed: ReadonlySet<string>; isWhole: boolean }> {
  const listed = new Set<string>()
  let page: string | undefined
  for (let pages = 0; pages < maxPages; pages++) {
    const answer = await port.transfersTo({ ...request, page })
    if (answer.kind !== 'yes') break
    for (const hash of answer.value.hashes) if (!done.has(hash)) listed.add(hash)
    page = answer.value.next
    if (page === undefined) return { listed, isWhole: true }
  }
  return { listed, isWhole: false }
}

/** A position that is certainly before a time: blocks may come twice as fast as usual. */
function positionAt(chain: Chain, { position, blockTimeMs }: ChainHead, sinceMs: number): number {
  const ageMs = Math.max(0, blockTimeMs - sinceMs)
  const below = canVanish(chain) ? Math.ceil((2 * ageMs) / chainFacts[chain].blockMs) + 100 : ageMs + 600_000
  return Math.max(0, position - below)
}

function transfersTo(transaction: ChainTransaction, address: string): Shown[] {
  const { chain, hash, blockNumber, blockTimeMs, confirmations } = transaction
  const token = usdtOf(chain).address
  return transaction.transfers
    .filter((one) => comparable(chain, one.tokenAddress) === token && comparable(chain, one.toAddress) === address)
    .map((transfer) => ({
      chain,
      hash,
      fromAddress: transfer.fromAddress,
      toAddress: transfer.toAddress,
      rawValue: transfer.rawValue,
      nth: placeOf(transaction, transfer),
      logIndex: transfer.logIndex,
      amountMicro: toMicro(chain, transfer.rawValue),
      blockNumber,
      blockTimeMs,
      confirmations,
    }))
    .filter(({ amountMicro }) => amountMicro > 0n)
}

/**
 * From where a list is read the next time: so far below the head that what was not final, or not on the list yet, is read again. Heights
 * on EVM chains, milliseconds on TRON.
 */
export function readAgainFrom(chain: Chain, position: number, confirmations: number): number {
  const below = canVanish(chain) ? 2 * confirmations + 100 : 600_000
  return Math.max(0, position - below)
}
