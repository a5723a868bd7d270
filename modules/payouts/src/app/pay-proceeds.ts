import { type MarketplaceConfig, comparableAddress, familyOf } from '@species/contracts'
import { accounts, formatUsdt, parseUsdt } from '@species/kernel'
import type { Sql } from '@species/database'
import { lockOwner } from '../adapters/address-rows.ts'
import { countOpen, hasOpenProceeds } from '../adapters/payout-rows.ts'
import {
  type ProceedsOwner,
  type ProceedsRow,
  addToProceeds,
  lockProceedsOwner,
  proceedsFor,
  saveProceedsOwner,
  takeDueOwners,
  waitingProceeds,
} from '../adapters/proceeds-rows.ts'
import { divide, earnedBy, rowOf, waiting } from '../domain/proceeds.ts'
import { closedBy, minPayoutMicro, usableAddress } from './allowed-payout.ts'
import type { PayoutsDeps } from './deps.ts'
import { openPayout } from './open-payout.ts'
import { type PayableMoney, payableMoney } from './payable-money.ts'
import { maxOpenPayouts } from './request-payout.ts'

const leaseMs = 60_000
const ownersPerRun = 50
/** Entries of one account that are read at once. */
const creditsPerRead = 200
const maxWaitingRows = 500
const firstLookMs = 10_000
const longestLookMs = 3_600_000

/** The requestIds of such payouts. No user can choose one of them. */
const proceedsPrefix = 'proceeds:'

/** Looks at the accounts that are due: what came in for events that name an address is asked for as payouts. Each fails alone. */
export async function payProceeds(deps: PayoutsDeps): Promise<void> {
  const history = await deps.config.chainHistory()
  for (const owner of await takeDueOwners(deps.database, deps.clock.now(), leaseMs, ownersPerRun))
    await deps.database
      .transaction((tx) => payOwner(deps, tx, owner, history))
      .catch((error: unknown) => {
        deps.log.error({ owner, err: error }, 'proceeds cannot be looked at; they are looked at again')
      })
}

type History = Awaited<ReturnType<PayoutsDeps['config']['chainHistory']>>

async function payOwner(deps: PayoutsDeps, tx: Sql, owner: string, history: History): Promise<void> {
  await lockOwner(tx, owner)
  const before = await lockProceedsOwner(tx, owner)
  if (!before) return
  const nowMs = deps.clock.now()
  const read = await readCredits(deps, tx, before)
  const rows = await waitingProceeds(tx, owner, maxWaitingRows)
  const made = rows.length === 0 ? false : await payWaiting(deps, tx, { before, rows, history })
  const activeAtMs = read.count > 0 || made ? nowMs : before.activeAtMs
  const pauseMs = Math.min(longestLookMs, Math.max(firstLookMs, (nowMs - activeAtMs) / 10))
  await saveProceedsOwner(tx, {
    ...before,
    seq: read.seq,
    activeAtMs,
    payouts: before.payouts + (made ? 1n : 0n),
    dueAtMs: read.count === creditsPerRead ? nowMs : nowMs + Math.round(pauseMs),
  })
}

/** Adds what came in to the proceeds of the events that earned it. Entries of one account are committed in their order. */
async function readCredits(
  deps: PayoutsDeps,
  tx: Sql,
  { owner, seq }: ProceedsOwner,
): Promise<{ count: number; seq: bigint }> {
  const credits = await deps.cashier(tx).creditsAfter(accounts.payable(owner), seq, creditsPerRead)
  if (credits.length === 0) return { count: 0, seq }
  const keys = credits.flatMap(({ eventKey }) => eventKey ?? [])
  const earned = earnedBy(owner, credits, await deps.matching(tx).soldBy(keys))
  const events = (await deps.marketplace(tx).proceedsAsked([...earned.keys()])).map((event) => ({
    ...event,
    address: comparableAddress(familyOf(event.chain), event.address),
  }))
  const rows = await proceedsFor(
    tx,
    owner,
    events.map(({ eventId }) => eventId),
  )
  for (const event of events) {
    const row = event.owner === owner ? rowOf(rows, event) : undefined
    if (row) await addToProceeds(tx, row, { earned: earned.get(event.eventKey) ?? 0n })
  }
  return { count: credits.length, seq: credits.at(-1)?.seq ?? seq }
}

/** Asks for one payout of what waits, if there can be one now. What cannot be paid out any more stays payable. True: it was asked for. */
async function payWaiting(
  deps: PayoutsDeps,
  tx: Sql,
  { before, rows: all, history }: { before: ProceedsOwner; rows: readonly ProceedsRow[]; history: History },
): Promise<boolean> {
  const { owner } = before
  const { config } = await deps.latestConfig(tx).latest()
  const money = await payableMoney(deps, tx, owner, config)
  if (!money.ok) return false
  const spent = await keepWhatWasSpent(tx, all, money.value.payable)
  const kept = [...spent.kept]
  let made = false
  for (const group of Map.groupBy(spent.left, ({ chain, address }) => `${chain} ${address}`).values()) {
    const [first] = group
    if (!first) continue
    const usable = await usableAddress(deps, tx, first, { config, history })
    if (!usable.ok) kept.push(...(await keepAll(tx, group)))
    // The ledger is called once in a transaction.
    else if (!made) made = await payGroup(deps, tx, { before, group, money: money.value, config })
  }
  await tellKept(deps, tx, kept)
  return made
}

/** Proceeds that are not paid out by themselves any more, and why. */
interface Kept {
  readonly row: ProceedsRow
  readonly micro: bigint
  readonly reason: string
}

/** Money that left the account in another way meanwhile is not paid out instead of that of later sales. */
async function keepWhatWasSpent(
  tx: Sql,
  rows: readonly ProceedsRow[],
  payable: bigint,
): Promise<{ kept: Kept[]; left: ProceedsRow[] }> {
  const total = rows.reduce((sum, row) => sum + waiting(row), 0n)
  if (total <= payable) return { kept: [], left: [...rows] }
  const reason = 'The money was used in another way before it was paid out.'
  const kept = divide([...rows].reverse(), total - payable).map((one) => ({ ...one, reason }))
  for (const { row, micro } of kept) await addToProceeds(tx, row, { kept: micro, reason })
  const keptOf = new Map(kept.map(({ row, micro }) => [row, micro]))
  const left = rows
    .map((row) => ({ ...row, keptMicro: row.keptMicro + (keptOf.get(row) ?? 0n) }))
    .filter((row) => waiting(row) > 0n)
  return { kept, left }
}

async function keepAll(tx: Sql, rows: readonly ProceedsRow[]): Promise<Kept[]> {
  const reason = 'The address is not in the address book any more, or no money is sent to it.'
  const kept = rows.map((row) => ({ row, micro: waiting(row), reason }))
  for (const { row, micro } of kept) await addToProceeds(tx, row, { kept: micro, reason })
  return kept
}

/** Tells the owner's webhooks that proceeds stay in their account; the last thing that the transaction does. */
async function tellKept(deps: PayoutsDeps, tx: Sql, kept: readonly Kept[]): Promise<void> {
  for (const { row, micro, reason } of kept) {
    const { owner, eventId, chain, address, keptMicro } = row
    const data = { eventId, chain, address, amount: formatUsdt(micro), reason }
    const once = (keptMicro + micro).toString()
    await deps.announce(tx, { owner, type: 'proceeds.kept', key: `proceeds ${owner} ${eventId}`, once, data })
  }
}

/** Asks for a payout of what waits for one address: what is mature of it, and no second one while one is open. */
async function payGroup(
  deps: PayoutsDeps,
  tx: Sql,
  {
    before,
    group,
    money,
    config,
  }: { before: ProceedsOwner; group: readonly ProceedsRow[]; money: PayableMoney; config: MarketplaceConfig },
): Promise<boolean> {
  const { owner } = before
  const [first] = group
  if (!first) return false
  const { chain, address } = first
  if ((await closedBy(deps, tx, chain, config)) !== undefined) return false
  if (await hasOpenProceeds(tx, owner, { chain, address }, proceedsPrefix)) return false
  if ((await countOpen(tx, owner)) >= maxOpenPayouts) return false
  const most = parseUsdt(config.payouts.maxUsdt)
  const waits = group.reduce((sum, row) => sum + waiting(row), 0n)
  const amountMicro = least(waits, money.payable, money.mature, most.ok ? most.value : waits)
  if (amountMicro < minPayoutMicro) return false
  const opened = await openPayout(
    deps,
    tx,
    {
      owner,
      requestId: `${proceedsPrefix}${before.payouts + 1n}`,
      chain,
      address,
      amountMicro,
      fromPayableMicro: amountMicro,
      requestedBy: first.keyId,
      confirmedBy: first.confirmedBy,
    },
    'payouts',
  )
  if (!opened.ok) return false
  for (const { row, micro } of divide(group, amountMicro)) await addToProceeds(tx, row, { asked: micro })
  return true
}

function least(first: bigint, ...others: readonly bigint[]): bigint {
  return others.reduce((one, other) => (other < one ? other : one), first)
}
