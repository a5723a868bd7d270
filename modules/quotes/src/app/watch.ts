import { comparable } from '@species/contracts'
import type { WalletOwner } from '@species/contracts'
import { type AddressRow, takeDueAddresses, watchedSince } from '../adapters/address-rows.ts'
import { transfersAt } from '../adapters/transfer-rows.ts'
import type { QuotesDeps } from './deps.ts'
import { type Look, lookAt } from './read-chain.ts'
import { keyOf, settleLook } from './settle.ts'

/** A process that dies leaves what it looked at to the next after this; so does a chain that gives no answer. */
const leaseMs = 30_000
const takenAtOnce = 100
const lookedAtAtOnce = 8

/** Transactions of one address of which everything is decided, so that a look need not read them again. */
const mostDone = 2_000
export type Done = Map<string, Set<string>>

/** Looks at every address that is due. One that fails is looked at again when its lease is over, and keeps no other from it. */
export async function watchAddresses(deps: QuotesDeps, done: Done): Promise<void> {
  const due = await takeDueAddresses(deps.database, { nowMs: deps.clock.now(), leaseMs, limit: takenAtOnce })
  const rows = due.values()
  const workThrough = async (): Promise<void> => {
    for (const row of rows)
      await watchAddress(deps, row, done).catch((error: unknown) => {
        deps.log.error({ chain: row.chain, address: row.address, err: error }, 'an address of quotes was not looked at')
      })
  }
  await Promise.all(Array.from({ length: lookedAtAtOnce }, workThrough))
}

async function watchAddress(deps: QuotesDeps, row: AddressRow, allDone: Done): Promise<void> {
  const { chain, address } = row
  const [{ config }, history] = await Promise.all([deps.config.current(), deps.config.chainHistory()])
  // On a halted chain nothing is claimed and nothing ends.
  if (config.chains[chain].halted) return
  const open = await transfersAt(deps.database, chain, address, [])
  const key = `${chain} ${address}`
  const done = allDone.get(key) ?? new Set()
  const sinceMs = await watchedSince(deps.database, row)
  const look = await lookAt(deps, row, {
    open: new Map(open.map(({ hash, blockNumber }) => [hash, blockNumber])),
    done,
    sinceMs: sinceMs ?? deps.clock.now(),
  })
  if (!look) return
  const owners = await ownersOf(deps, look)
  const nowMs = deps.clock.now()
  const outgoing = await deps.database.transaction((tx) =>
    settleLook(deps, tx, row, look, { config, history, owners, nowMs }),
  )
  if (done.size > mostDone) done.clear()
  const { confirmations } = config.chains[chain]
  for (const [hash, all] of Map.groupBy(look.shown, (one) => one.hash))
    if (all.every((one) => one.confirmations >= 2 * confirmations)) done.add(hash)
  allDone.set(key, done)
  // Claimed for good: the validator tells of each again until it is credited.
  await deps.bus.publish(outgoing).catch((error: unknown) => {
    deps.log.warn({ err: error }, 'credits of quotes wait to be told again: the bus did not take them')
  })
}

/** Who had proven each wallet that sent, when its block was mined. */
async function ownersOf(deps: QuotesDeps, look: Look): Promise<Map<string, WalletOwner | undefined>> {
  const found = await Promise.all(
    look.shown.map(async (shown) => {
      const sender = comparable(shown.chain, shown.fromAddress)
      const owners = await deps.authenticator.walletOwners(shown.chain, [sender], shown.blockTimeMs)
      const owner = owners.get(sender)
      // Who proved it later did not have it then.
      return [keyOf(shown), owner && owner.provenAtMs <= shown.blockTimeMs ? owner : undefined] as const
    }),
  )
  return new Map(found)
}
