import { type Outgoing, about } from '@species/bus'
import { type Chain, type ChainPort, type ChainTransaction, type TransferStatus, usdtOf } from '@species/contracts'
import { comparable } from '@species/contracts/transfers'
import { type Outcome, inForce } from '@species/kernel'
import { ourAddresses } from '../adapters/address-rows.ts'
import { storeLook, takeDueTransactions } from '../adapters/transaction-rows.ts'
import { type Followed, type Look, type Rules, follow } from '../domain/follow.ts'
import type { DepositsDeps } from './deps.ts'
import { takeBack } from './suspense.ts'

/** Transactions of one chain that are read in one run, and at the same time. */
const transactionsPerRun = 40
const readsAtOnce = 4
const leaseMs = 120_000
/** Block times are the miners' word and may be this far off. */
const clockToleranceMs = 15_000
/** Addresses that one notice names. */
const addressesPerNotice = 100

/** Reads the transactions of a chain that are due, and keeps what it shows of them. On a halted chain nothing is read. */
export async function followTransactions(deps: DepositsDeps, chain: Chain, scout: ChainPort): Promise<void> {
  const { config } = await deps.config.current()
  const due = await takeDueTransactions(deps.database, chain, {
    nowMs: deps.clock.now(),
    leaseMs,
    atMost: transactionsPerRun,
  })
  if (config.chains[chain].halted) return
  const transactions = due.values()
  const workThrough = async (): Promise<void> => {
    for (const one of transactions)
      await look(deps, scout, one).catch((error: unknown) => {
        deps.log.error({ chain, hash: one.hash, err: error }, 'a payment could not be looked at; it is looked at again')
      })
  }
  await Promise.all(Array.from({ length: readsAtOnce }, workThrough))
}

async function look(deps: DepositsDeps, scout: ChainPort, one: Followed): Promise<void> {
  const outcome = await scout.transaction(one.chain, one.hash, one.blockNumber)
  const rules = await rulesFor(deps, one.chain, outcome)
  const nowMs = deps.clock.now()
  const seen = follow(one, outcome, rules, nowMs)
  const isStored = await deps.database.transaction(async (tx) => {
    const gone = await storeLook(tx, one, seen, nowMs)
    if (gone) await takeBack(deps, tx, gone)
    return gone !== undefined
  })
  if (!isStored) return
  const status = newStatus(one, seen)
  if (status === undefined) return
  if (one.status === 'listed') deps.metrics.depositsFound.inc({ chain: one.chain }, seen.shown.length)
  const transfers = status === 'gone' ? one.kept : seen.shown
  await deps.bus.publish(noticesOf(deps, one, status, transfers)).catch((error: unknown) => {
    deps.log.warn({ err: error }, 'a hint of a payment was lost; what waits for it looks by itself')
  })
}

/** The status that is told, where it has changed and transfers to us are concerned. */
function newStatus(one: Followed, { status }: Look): TransferStatus | undefined {
  if (status === 'listed' || status === one.status) return undefined
  return status === 'gone' && one.kept.length === 0 ? undefined : status
}

function noticesOf(
  deps: DepositsDeps,
  { chain, hash }: Followed,
  status: TransferStatus,
  transfers: readonly { readonly toAddress: string }[],
): Outgoing[] {
  const addresses = [...new Set(transfers.map(({ toAddress }) => toAddress))]
  const parts = Array.from({ length: Math.ceil(addresses.length / addressesPerNotice) }, (_, part) =>
    addresses.slice(part * addressesPerNotice, (part + 1) * addressesPerNotice),
  )
  const trace = deps.ids.uuid()
  return parts.map((toAddresses) =>
    about(
      'transfer.noticed',
      { trace },
      { key: `${chain}:${hash}`, partitionKey: hash },
      { chain, hash, toAddresses, status },
    ),
  )
}

async function rulesFor(deps: DepositsDeps, chain: Chain, outcome: Outcome<ChainTransaction>): Promise<Rules> {
  const [{ config }, history] = await Promise.all([deps.config.current(), deps.config.chainHistory()])
  const recipients = outcome.kind === 'yes' ? recipientsOf(outcome.value) : []
  const ours = await ourAddresses(deps.database, chain, recipients)
  return {
    ...config,
    isOurs: (address) => ours.has(address),
    confirmationsAt(blockTimeMs) {
      const mined = inForce(history, blockTimeMs - clockToleranceMs, blockTimeMs + clockToleranceMs)
      return Math.max(...[config, ...mined].map(({ chains }) => chains[chain].confirmations))
    },
  }
}

function recipientsOf({ chain, transfers }: ChainTransaction): string[] {
  const genuine = transfers.filter(({ tokenAddress }) => comparable(chain, tokenAddress) === usdtOf(chain).address)
  return [...new Set(genuine.map(({ toAddress }) => comparable(chain, toAddress)))]
}
