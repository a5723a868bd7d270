import {
  type ChainTransaction,
  type ClaimsPort,
  type LedgerPort,
  type LedgerResult,
  type MoneyTransfer,
  type PayoutOrder,
  usdtOf,
} from '@species/contracts'
import type { Sql } from '@species/database'
import { Fault } from '@species/kernel'

/** Tables that stand in for the ledger and the claims, in the same database, so that they share the transactions of the module. */
export const testTables = `
  CREATE SCHEMA test;
  CREATE TABLE test.balances (account text PRIMARY KEY, posted bigint NOT NULL, held bigint NOT NULL DEFAULT 0,
    CHECK (starts_with(account, 'world:') OR starts_with(account, 'receivable:') OR posted - held >= 0));
  CREATE TABLE test.holds (id text PRIMARY KEY, lines jsonb NOT NULL, state text NOT NULL);
  CREATE TABLE test.posted (id text PRIMARY KEY);
  CREATE TABLE test.claims (name text PRIMARY KEY, ref text NOT NULL, vanished boolean NOT NULL DEFAULT false);`

type Lines = readonly { account: string; amount: string }[]

async function apply(tx: Sql, lines: Lines, posted: 1 | 0, held: 1 | -1 | 0): Promise<void> {
  for (const { account } of lines)
    await tx.query(`INSERT INTO test.balances (account, posted, held) VALUES ($1, 0, 0) ON CONFLICT DO NOTHING`, [
      account,
    ])
  for (const { account, amount } of lines)
    await tx.query(
      `UPDATE test.balances SET posted = posted + $2::bigint * $3::integer, held = held + greatest(-($2::bigint), 0) * $4::integer WHERE account = $1`,
      [account, amount, posted, held],
    )
}

async function lacks(tx: Sql, lines: Lines): Promise<LedgerResult> {
  for (const { account, amount } of lines) {
    if (account.startsWith('world:') || BigInt(amount) >= 0n) continue
    const [row] = await tx.query<{ free: bigint }>(
      'SELECT posted - held AS free FROM test.balances WHERE account = $1 FOR UPDATE',
      [account],
    )
    const available = row?.free ?? 0n
    const needed = -BigInt(amount)
    if (available < needed) return { ok: false, shortfall: { account, asset: 'USDT', available, needed } }
  }
  return { ok: true }
}

const linesOf = ({ lines }: MoneyTransfer): Lines =>
  lines.map(({ account, amountMicro }) => ({ account, amount: amountMicro.toString() }))

/** A ledger with the promises of the port, and nothing else. */
export function testLedger(tx: Sql): LedgerPort {
  const end = async (id: string, state: 'settled' | 'released'): Promise<void> => {
    const [hold] = await tx.query<{ lines: Lines; state: string }>(
      'SELECT lines, state FROM test.holds WHERE id = $1 FOR UPDATE',
      [id],
    )
    if (hold?.state === state) return
    if (hold?.state !== 'held') throw new Fault('transfer_conflict', { retryable: false, publicMessage: id })
    await apply(tx, hold.lines, state === 'settled' ? 1 : 0, -1)
    await tx.query('UPDATE test.holds SET state = $2 WHERE id = $1', [id, state])
  }
  return {
    async post(transfers) {
      for (const transfer of transfers) {
        const isNew = await tx.query('INSERT INTO test.posted VALUES ($1) ON CONFLICT DO NOTHING RETURNING 1 AS n', [
          transfer.transferId,
        ])
        if (isNew.length > 0) await apply(tx, linesOf(transfer), 1, 0)
      }
      return { ok: true }
    },
    async hold(transfer) {
      const result = await lacks(tx, linesOf(transfer))
      if (!result.ok) return result
      await apply(tx, linesOf(transfer), 0, 1)
      await tx.query(`INSERT INTO test.holds VALUES ($1, $2::text::jsonb, 'held')`, [
        transfer.transferId,
        JSON.stringify(linesOf(transfer)),
      ])
      return result
    },
    settle: (id) => end(id, 'settled'),
    release: (id) => end(id, 'released'),
  }
}

/** Claims of transfers, once for ever unless they vanish. */
export function testClaims(tx: Sql): ClaimsPort {
  const name = (of: Parameters<ClaimsPort['claim']>[0]): string =>
    [of.chain, of.hash, of.fromAddress, of.toAddress, of.rawValue, of.nth].join(' ')
  return {
    async claim(transfer, holder) {
      await tx.query('INSERT INTO test.claims VALUES ($1, $2) ON CONFLICT DO NOTHING', [name(transfer), holder.ref])
      const [row] = await tx.query<{ ref: string; vanished: boolean }>(
        'SELECT ref, vanished FROM test.claims WHERE name = $1 FOR UPDATE',
        [name(transfer)],
      )
      if (row?.vanished)
        await tx.query('UPDATE test.claims SET vanished = false, ref = $2 WHERE name = $1', [
          name(transfer),
          holder.ref,
        ])
      else if (row?.ref !== holder.ref) return { kind: 'taken', by: { kind: 'payout', ref: row?.ref ?? '' } }
      return { kind: 'claimed', wasSuspense: false }
    },
    holders: async (transfers) =>
      await Promise.all(
        transfers.map(async (transfer) => {
          const [row] = await tx.query<{ ref: string }>(
            'SELECT ref FROM test.claims WHERE name = $1 AND NOT vanished',
            [name(transfer as Parameters<ClaimsPort['claim']>[0])],
          )
          return row && { kind: 'payout' as const, ref: row.ref }
        }),
      ),
    async endVanished(transfer) {
      await tx.query('UPDATE test.claims SET vanished = true WHERE name = $1', [
        name(transfer as Parameters<ClaimsPort['claim']>[0]),
      ])
      return true
    },
  }
}

/** Transactions that the chain of a test shows, by hash. */
export type TestChain = Map<string, ChainTransaction>

export const hashOf = (n: number): string => `0x${n.toString(16).padStart(64, '0')}`

/** A transaction that pays an order, final unless said otherwise. */
export function paid(
  n: number,
  { chain, from, to, amountMicro }: Omit<PayoutOrder, 'key'>,
  more: Partial<ChainTransaction> = {},
): ChainTransaction {
  const { address: tokenAddress, decimals } = usdtOf(chain)
  const rawValue = amountMicro * 10n ** BigInt(decimals - 6)
  return {
    chain,
    hash: hashOf(n),
    succeeded: true,
    blockNumber: 100,
    blockTimeMs: Date.UTC(2030, 0, 1),
    confirmations: 50,
    transfers: [{ logIndex: 3, tokenAddress, fromAddress: from, toAddress: to, rawValue }],
    ...more,
  }
}
