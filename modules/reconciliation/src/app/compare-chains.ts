import { type Chain, type ChainPort, chains, usdtOf } from '@species/contracts'
import { accounts, formatUsdt } from '@species/kernel'
import type { Sql } from '@species/database'
import { lastSent, openOutflows } from '../adapters/outflow-rows.ts'
import { readPlace, storePlace } from '../adapters/run-rows.ts'
import { type WalletBalance, readBalances, storeBalances } from '../adapters/wallet-rows.ts'
import { type Booked, type ChainBooks, balanceDifference, causeOf, expectedMicro } from '../domain/chain-balance.ts'
import type { Finding } from '../domain/difference.ts'
import { type OurWallets, finalPosition, isByTime, positionOf, walletsOf } from '../domain/wallets.ts'
import type { ReconciliationDeps } from './deps.ts'
import type { Look } from './keep-findings.ts'
import { inOneMoment } from './one-moment.ts'

/** Only what differs by the same amount every time is a difference. */
const looks = 3
/** Wallets that are read in one look, and at the same time. */
const mostRead = 300
const readAtOnce = 4
/** A wallet that is not in use and of which nothing is known to have moved is read again after this. */
const restMs = 21_600_000
/** As many deposits as one answer has at most. */
const mostUndecided = 10_000

type Compared =
  { readonly difference: bigint; readonly facts: Readonly<Record<string, string>> } | { readonly why: string }

/** Compares what our wallets hold on each chain, at a block that is final, with what the ledger says. Chains are asked side by side. */
export async function compareChains(deps: ReconciliationDeps): Promise<Look> {
  const { config } = await deps.config.current()
  const history = await deps.config.chainHistory()
  const findings: Finding[] = []
  const notCompared = new Map<Chain, string>()
  const compared: Chain[] = []
  await Promise.all(
    chains.map(async (chain) => {
      const wallets = walletsOf(chain, history)
      if (wallets.all.size === 0 || deps.playChains.includes(chain)) return
      const scout = deps.chainScouts.find((one) => one.chains.includes(chain))
      if (!scout) notCompared.set(chain, `${chain} has no reader`)
      else if (config.chains[chain].halted) notCompared.set(chain, `${chain} is halted: what it shows is not believed`)
      else {
        const result = await compareUntilSure(deps, chain, scout, wallets, config.chains[chain].confirmations)
        if ('why' in result) notCompared.set(chain, result.why)
        else {
          compared.push(chain)
          if (result.difference !== 0n) findings.push(await findingOf(deps, chain, result))
          else await storePlace(deps.database, `compared ${chain}`, '', 'yes')
        }
      }
    }),
  )
  return {
    findings,
    compared: compared.length,
    notCompared: [...notCompared.values()],
    covers: (subject) => compared.some((chain) => accounts.world(chain) === subject),
  }
}

async function findingOf(
  { database }: ReconciliationDeps,
  chain: Chain,
  { difference, facts }: Extract<Compared, { difference: bigint }>,
): Promise<Finding> {
  const wasCompared = (await readPlace(database, `compared ${chain}`)) === 'yes'
  return {
    class: 'chain_balance',
    subject: accounts.world(chain),
    asset: 'USDT',
    amount: difference,
    cause: causeOf(difference, wasCompared),
    facts,
    // Where a balance is always the newest, a list that is late makes it seem to differ.
    isSure: !isByTime(chain),
  }
}

async function compareUntilSure(
  deps: ReconciliationDeps,
  chain: Chain,
  scout: ChainPort,
  wallets: OurWallets,
  confirmations: number,
): Promise<Compared> {
  let before: Compared | undefined
  for (let look = 0; look < looks; look++) {
    const now = await compareOnce(deps, chain, scout, wallets, confirmations)
    if ('why' in now || now.difference === 0n) return now
    if (before && 'difference' in before && before.difference !== now.difference)
      return { why: `${chain} changed while it was compared` }
    before = now
  }
  return before ?? { why: `${chain} was not compared` }
}

async function compareOnce(
  deps: ReconciliationDeps,
  chain: Chain,
  scout: ChainPort,
  wallets: OurWallets,
  confirmations: number,
): Promise<Compared> {
  const head = await scout.head(chain)
  if (head.kind !== 'yes') return { why: `${chain} does not tell its newest block` }
  const at = finalPosition(chain, head.value.position, confirmations)
  const balances = await balancesAt(deps, chain, scout, wallets, at)
  if (!balances) return { why: `${chain} does not tell what every wallet of ours holds` }
  const books = await booksOf(deps, chain, wallets)
  if (!books) return { why: `more transfers came in on ${chain} than one comparison reads` }
  const heldRaw = [...balances.values()].reduce((sum, { balance }) => sum + balance, 0n)
  const expected = expectedMicro(books, at)
  const { decimals } = usdtOf(chain)
  const held = heldRaw / 10n ** BigInt(decimals - 6)
  return {
    difference: balanceDifference({ decimals }, heldRaw, expected),
    facts: {
      onChain: formatUsdt(held),
      expected: formatUsdt(expected),
      ledger: formatUsdt(-books.worldMicro),
      wallets: String(balances.size),
      position: String(at),
    },
  }
}

/** What every wallet had at a position. One that is not in use, and of which nothing moved since it was read, is not read again. */
async function balancesAt(
  deps: ReconciliationDeps,
  chain: Chain,
  scout: ChainPort,
  { all, inUse }: OurWallets,
  at: number,
): Promise<Map<string, WalletBalance> | undefined> {
  const { database, clock, queries } = deps
  const known = await readBalances(database, chain)
  const resting = [...all].filter((address) => !inUse.has(address))
  const received = await queries.deposits.lastReceived(chain, resting)
  const sent = await lastSent(database, chain)
  const isFresh = (address: string): boolean => {
    const before = known.get(address)
    if (!before || inUse.has(address) || before.readAtMs + restMs < clock.now()) return false
    const movedAt = Math.max(received.get(address) ?? -1, sent.get(address) ?? -1)
    return movedAt <= before.at || movedAt > at
  }
  const wanted = [...all].filter((address) => !isFresh(address))
  const read = await readThem(scout, chain, wanted.slice(0, mostRead), at, clock.now())
  await storeBalances(database, chain, read)
  if (read.length < wanted.length) return undefined
  const now = new Map(read.map((one) => [one.address, one]))
  return new Map(
    [...all].flatMap((address) => {
      const balance = now.get(address) ?? known.get(address)
      return balance ? [[address, balance] as const] : []
    }),
  )
}

/** Reads balances side by side; those that are not told are absent. */
async function readThem(
  scout: ChainPort,
  chain: Chain,
  addresses: readonly string[],
  at: number,
  nowMs: number,
): Promise<WalletBalance[]> {
  const read: WalletBalance[] = []
  const left = addresses.values()
  const workThrough = async (): Promise<void> => {
    for (const address of left) {
      const answer = await scout.balanceOf(chain, address, isByTime(chain) ? undefined : at)
      if (answer.kind !== 'yes') return
      read.push({ address, balance: answer.value, at, readAtMs: nowMs })
    }
  }
  await Promise.all(Array.from({ length: readAtOnce }, workThrough))
  return read
}

/** What the books say of a chain at one moment; undefined where there is more than is read. */
async function booksOf(deps: ReconciliationDeps, chain: Chain, { all }: OurWallets): Promise<ChainBooks | undefined> {
  const { ask } = deps
  return await inOneMoment(deps, async (tx) => {
    const world = (await ask.cashier(tx).balances([accounts.world(chain)])).find(({ asset }) => asset === 'USDT')
    const uncredited = (await ask.validator(tx).uncredited()).filter((one) => one.chain === chain && !one.fromSuspense)
    const incoming = await incomingOf(deps, tx, chain, all)
    return (
      incoming && {
        worldMicro: world?.posted ?? 0n,
        incoming,
        uncredited: uncredited.map((one) => ({ amountMicro: one.amountMicro, position: positionOf(chain, one) })),
        outgoing: await outgoingOf(deps, tx, chain, all),
      }
    )
  })
}

async function incomingOf(
  deps: ReconciliationDeps,
  tx: Sql,
  chain: Chain,
  ours: ReadonlySet<string>,
): Promise<Booked[] | undefined> {
  const undecided = await deps.ask.deposits(tx).undecided(chain)
  if (undecided.length >= mostUndecided) return undefined
  // What waits at an address of a custodian is in no wallet of ours.
  const deposits = undecided.filter(({ fromAddress, toAddress }) => !ours.has(fromAddress) && ours.has(toAddress))
  const holders = await deps.claims(tx).holders(deposits)
  return deposits.map((one, index) => ({
    amountMicro: one.amountMicro,
    position: positionOf(chain, one),
    isBooked: holders[index] !== undefined,
  }))
}

/** Transfers out of our wallets that the ledger may not have; a payout is in it from its proof on. */
async function outgoingOf(
  deps: ReconciliationDeps,
  tx: Sql,
  chain: Chain,
  ours: ReadonlySet<string>,
): Promise<Booked[]> {
  const outflows = (await openOutflows(tx, chain)).filter(({ toAddress }) => !ours.has(toAddress))
  const holders = await deps.claims(tx).holders(outflows)
  return outflows.map((one, index) => ({
    amountMicro: one.amountMicro,
    position: positionOf(chain, one),
    isBooked: holders[index] !== undefined,
  }))
}
