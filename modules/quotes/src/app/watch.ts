import { type CustodyStatus, type FoundTransfer, type WalletOwner, comparable } from '@species/contracts'
import { type AddressRow, takeDueAddresses, watchedSince } from '../adapters/address-rows.ts'
import { custodyAt, custodyBeside, storeStatus, takeDueCustody } from '../adapters/custody-rows.ts'
import { transfersOf } from '../adapters/transfer-rows.ts'
import type { QuotesDeps } from './deps.ts'
import { clockToleranceMs } from './expiry.ts'
import { keyOf } from './keys.ts'
import { lockQuotes, recordTransfers } from './record-transfers.ts'
import { type Around, isCreditNow, settleQuotes } from './settle-quotes.ts'
import { verify } from './verify.ts'

/** A process that dies leaves what it looked at to the next after this. */
const leaseMs = 30_000
const takenAtOnce = 200
const lookedAtAtOnce = 4

/** Looks at every address that is due. One that fails is looked at again when its lease is over, and keeps no other from it. */
export async function watchAddresses(deps: QuotesDeps): Promise<void> {
  const due = await takeDueAddresses(deps.database, { nowMs: deps.clock.now(), leaseMs, limit: takenAtOnce })
  await watchEach(deps, due)
}

/** The same of addresses that a custodian has for payments of quotes; what it says of each is read as well. */
export async function watchCustody(deps: QuotesDeps): Promise<void> {
  const due = await takeDueCustody(deps.database, { nowMs: deps.clock.now(), leaseMs, limit: takenAtOnce })
  await watchEach(deps, due)
  await Promise.all(due.map((row) => readStatus(deps, row)))
}

/** What is shown of a payment; that it is not known now harms nothing. */
async function readStatus({ custodian, database }: QuotesDeps, row: AddressRow): Promise<void> {
  const payment = await custodyAt(database, row)
  if (!payment || custodian?.custodian !== payment.custodian || isOver(payment.status)) return
  const read = await custodian.read(payment.paymentId)
  if (read.kind === 'yes') await storeStatus(database, payment, read.value.status)
}

const isOver = (status: CustodyStatus): boolean => ['finished', 'failed', 'refunded', 'expired'].includes(status)

async function watchEach(deps: QuotesDeps, due: readonly AddressRow[]): Promise<void> {
  const rows = due.values()
  const workThrough = async (): Promise<void> => {
    for (const row of rows)
      await watchAddress(deps, row).catch((error: unknown) => {
        deps.log.error({ chain: row.chain, address: row.address, err: error }, 'an address of quotes was not looked at')
      })
  }
  await Promise.all(Array.from({ length: lookedAtAtOnce }, workThrough))
}

async function watchAddress(deps: QuotesDeps, row: AddressRow): Promise<void> {
  const { chain, address } = row
  const [{ config }, history] = await Promise.all([deps.config.current(), deps.config.chainHistory()])
  // On a halted chain nothing is claimed and nothing ends.
  if (config.chains[chain].halted) return
  // Asked before the transfers: what is read meanwhile is then among them.
  const readThrough = await deps.deposits.readThrough(chain, [address])
  const custodyReadThroughMs = await readInCustody(deps, row)
  const transfers = await findTransfers(deps, row)
  const nowMs = deps.clock.now()
  const agedMs = await deps.retention.now()
  const around: Around = {
    config,
    history,
    readThroughMs: readThrough.get(address),
    custodyReadThroughMs,
    nowMs,
    agedMs,
  }
  if (transfers.length > 0) {
    const owners = await ownersOf(deps, transfers)
    await deps.database.transaction((tx) => recordTransfers(tx, row, { transfers, owners, history, nowMs }))
  }
  const verified = await verify(deps, await creditable(deps, row, around), config)
  const outgoing = await deps.database.transaction((tx) => settleQuotes(deps, tx, row, around, verified))
  // Claimed for good: the validator tells of each again until it is credited.
  await deps.bus.publish(outgoing).catch((error: unknown) => {
    deps.log.warn({ err: error }, 'credits of quotes wait to be told again: the bus did not take them')
  })
}

/** To which time the lists of custodians' addresses are read, for each quote at an address of its own that has one. */
async function readInCustody(
  { database, deposits }: QuotesDeps,
  row: AddressRow,
): Promise<ReadonlyMap<string, number>> {
  const beside = row.isCustody ? [] : await custodyBeside(database, row)
  if (beside.length === 0) return new Map()
  const through = await deposits.readThrough(
    row.chain,
    beside.map(({ address }) => address),
  )
  return new Map(beside.map(({ quoteKey, address }) => [quoteKey, through.get(address) ?? 0]))
}

/** A page of the answers of deposits. */
const pageRows = 1_000
const maxPages = 20

/** What came in at the address since the oldest quote that it can be for. */
async function findTransfers(deps: QuotesDeps, row: AddressRow): Promise<FoundTransfer[]> {
  const found = new Map<string, FoundTransfer>()
  const madeAtMs = row.isCustody
    ? (await custodyAt(deps.database, row))?.createdAtMs
    : await watchedSince(deps.database, row)
  let sinceMs = (madeAtMs ?? deps.clock.now()) - clockToleranceMs
  for (let pages = 0; pages < maxPages; pages++) {
    const page = await deps.deposits.transfersTo(row.chain, [row.address], sinceMs)
    for (const one of page) found.set(keyOf(one), one)
    const last = page.at(-1)
    if (!last || page.length < pageRows || last.blockTimeMs === sinceMs) break
    sinceMs = last.blockTimeMs
  }
  return [...found.values()]
}

async function creditable(deps: QuotesDeps, row: AddressRow, around: Around): ReturnType<typeof transfersOf> {
  const quotes = await deps.database.transaction((tx) => lockQuotes(tx, row, []))
  const transfers = await transfersOf(
    deps.database,
    quotes.map(({ quoteKey }) => quoteKey),
  )
  return transfers.filter((transfer) =>
    quotes.some((quote) => quote.quoteKey === transfer.quoteKey && isCreditNow(quote, transfer, around)),
  )
}

/** Who had proven each wallet that sent, when its block was mined. */
async function ownersOf(
  { authenticator }: QuotesDeps,
  transfers: readonly FoundTransfer[],
): Promise<Map<string, WalletOwner | undefined>> {
  const found = await Promise.all(
    transfers.map(async (shown) => {
      const sender = comparable(shown.chain, shown.fromAddress)
      const owner = (await authenticator.walletOwners(shown.chain, [sender], shown.blockTimeMs)).get(sender)
      // Who proved it later did not have it then.
      return [keyOf(shown), owner && owner.provenAtMs <= shown.blockTimeMs ? owner : undefined] as const
    }),
  )
  return new Map(found)
}
