import { createHash } from 'node:crypto'
import { chains, usdtOf } from '@species/contracts'
import { type SumLeaf, accounts, leafNode, sumTree } from '@species/kernel'
import { toMicro } from '@species/contracts/transfers'
import { toTimestamp } from '@species/platform'
import { findStatement, forgetBefore, insertLeaves, insertNodes, insertStatement } from '../adapters/solvency-rows.ts'
import { readBalances } from '../adapters/wallet-rows.ts'
import { type ChainAssets, solvencyDocument, solvencyType, suspenseLeaf } from '../domain/solvency.ts'
import { walletsOf } from '../domain/wallets.ts'
import type { ReconciliationDeps } from './deps.ts'
import { inOneMoment } from './one-moment.ts'

/** Balances of one page, and rows that are written together. */
const pageSize = 5_000
const rowsAtOnce = 5_000
/** Users can ask for their leaves of so many days. */
const daysKept = 31
const dayMs = 86_400_000

export const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest()

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10)

/** Signs what users are owed and what our wallets hold, once a day. */
export async function publishSolvency(deps: ReconciliationDeps): Promise<void> {
  const { database, clock, ids, signer, sandbox, log } = deps
  const nowMs = clock.now()
  const day = dayOf(nowMs)
  if (await findStatement(database, day)) return
  const owed = await owedAtOnce(deps)
  const leaves = [...owed]
    .map(([name, amount]): SumLeaf => ({ name, salt: ids.bytes(16), amount }))
    .map((leaf) => ({ ...leaf, node: leafNode(leaf, sha256) }))
    // By their digests: a place says nothing of whose it is, nor of the days before.
    .sort((one, other) => Buffer.compare(one.node.digest, other.node.digest))
  const levels = sumTree(
    leaves.map(({ node }) => node),
    sha256,
  )
  const root = levels.at(-1)?.[0]
  if (!root) return
  const document = solvencyDocument({
    day,
    at: toTimestamp(nowMs),
    sandbox,
    root: Buffer.from(root.digest).toString('hex'),
    owedMicro: root.sum,
    leaves: leaves.length,
    assets: await assetsOf(deps),
  })
  const jws = signer.signAs(solvencyType, document)
  await database.transaction(async (tx) => {
    if (!(await insertStatement(tx, { day, jws }))) return
    const rows = leaves.map(({ name, salt, amount }, place) => ({ name, salt, amount, place }))
    for (let at = 0; at < rows.length; at += rowsAtOnce) await insertLeaves(tx, day, rows.slice(at, at + rowsAtOnce))
    const nodes = levels.flatMap((nodesOf, level) => nodesOf.map((node, place) => ({ ...node, level, place })))
    for (let at = 0; at < nodes.length; at += rowsAtOnce) await insertNodes(tx, day, nodes.slice(at, at + rowsAtOnce))
  })
  await forgetBefore(database, dayOf(nowMs - daysKept * dayMs))
  log.info({ day, leaves: leaves.length }, 'what users are owed was signed')
}

/** What each user is owed, and what is in suspense, at one moment; micro-USDT. What a user owes us lowers nothing. */
async function owedAtOnce(deps: ReconciliationDeps): Promise<Map<string, bigint>> {
  const { ask } = deps
  return await inOneMoment(deps, async (tx) => {
    const owed = new Map<string, bigint>()
    const add = (name: string, amount: bigint): void => {
      if (amount > 0n) owed.set(name, (owed.get(name) ?? 0n) + amount)
    }
    for (const family of [accounts.user(''), accounts.payable('')])
      for (let after: string | undefined = ''; after !== undefined;) {
        const page = await ask.cashier(tx).balancesIn(family, after, pageSize)
        for (const { account, posted } of page) add(account.slice(family.length), posted)
        after = page.length < pageSize ? undefined : page.at(-1)?.account
      }
    const suspense = await ask.cashier(tx).balancesUnder([accounts.suspense('')])
    for (const { asset, posted } of suspense) if (asset === 'USDT') add(suspenseLeaf, posted)
    return owed
  })
}

/** What our wallets held when they were read last, by chain. */
async function assetsOf({ database, config }: ReconciliationDeps): Promise<ChainAssets[]> {
  const history = await config.chainHistory()
  const assets: ChainAssets[] = []
  for (const chain of chains) {
    const { all } = walletsOf(chain, history)
    const balances = [...(await readBalances(database, chain)).values()].filter(({ address }) => all.has(address))
    const wallets = balances
      .filter(({ balance }) => balance > 0n)
      .map(({ address, balance, at }) => ({ address, micro: toMicro(chain, balance), position: at }))
    const raw = balances.reduce((sum, { balance }) => sum + balance, 0n)
    if (balances.length > 0) assets.push({ chain, micro: raw / 10n ** BigInt(usdtOf(chain).decimals - 6), wallets })
  }
  return assets
}
