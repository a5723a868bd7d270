import {
  type AccountCredit,
  type AllInFlight,
  type CashierQueries,
  type InFlight,
  type Spendable,
  type StageMark,
  type StatementLine,
  lineSchema,
} from '@species/contracts'
import { type Asset, accounts } from '@species/kernel'
import { z } from 'zod'
import type { Sql } from '@species/database'
import { agentUse } from './agent-use.ts'
import { auditLedger } from './audit.ts'
import { bookedMicro, paymentsFrom } from './booked-payments.ts'
import { cameIn, inflows } from './inflow-queries.ts'
import { balancesIn, balancesUnder, entriesAfter, transfersById, transfersOfEvent } from './ledger-pages.ts'
import { periods } from './periods.ts'
import { creditLeft, creditMicro, reversedAmong } from './ledger-session.ts'

const linesSchema = z.object({ lines: z.array(lineSchema) })

/** The ledger's answers to other modules. Reads only. */
export function cashierQueries(sql: Sql): CashierQueries {
  return {
    async balances(names) {
      const rows = await sql.query<{ account: string; asset: Asset; posted: bigint; held: bigint }>(
        'SELECT account, asset, posted, held FROM cashier.balances WHERE account = ANY($1::text[]) ORDER BY account, asset',
        [names],
      )
      return rows.map((row) => ({ ...row }))
    },
    async statement(names, beforeSeq, limit) {
      const rows = await sql.query<StatementRow>(
        `SELECT e.seq, e.transfer_id, t.event_key, t.kind, e.account, e.asset, e.amount, e.balance_after, t.posted_at
         FROM cashier.entries e JOIN cashier.transfers t USING (transfer_id)
         WHERE e.account = ANY($1::text[]) AND ($2::bigint IS NULL OR e.seq < $2::bigint) ORDER BY e.seq DESC LIMIT $3`,
        [names, beforeSeq?.toString() ?? null, limit],
      )
      return rows.map(toStatementLine)
    },
    cameIn: (account, sinceMs) => cameIn(sql, account, sinceMs),
    creditsAfter: (account, seq, limit) => creditsAfter(sql, account, seq, limit),
    inFlight: () => inFlight(sql),
    auditLedger: async () => (await auditLedger(sql, undefined, () => true)).breaches,
    auditLedgerFrom: (place, hasTime) => auditLedger(sql, place, hasTime),
    async paymentsBooked() {
      const [row] = await sql.query<{ sum: bigint }>(
        `SELECT coalesce(sum(-amount), 0)::bigint AS sum FROM cashier.entries e JOIN cashier.transfers t USING (transfer_id)
         WHERE (starts_with(e.account, 'world:') OR starts_with(e.account, 'suspense:')) AND t.kind IN ('payment', 'reversal')`,
      )
      return row?.sum ?? 0n
    },
    bookedMicro: (ids) => bookedMicro(sql, ids),
    paymentsFrom: (after) => paymentsFrom(sql, after),
    creditedMicro: async (eventKey) => creditMicro(await creditLeft(sql, [eventKey])),
    reversedAmong: (paymentTransferIds) => reversedAmong(sql, paymentTransferIds),
    inflows: (onliIds, sinceMs) => inflows(sql, onliIds, sinceMs),
    agentUse: (agentId, nowMs) => agentUse(sql, agentId, nowMs),
    spendable: (onliIds, eventKeys) => spendable(sql, onliIds, eventKeys),
    async units(names) {
      const rows = await sql.query<{ account: string; posted: bigint; version: bigint }>(
        `SELECT account, posted, version FROM cashier.balances WHERE asset = 'SPECIES' AND account = ANY($1::text[])`,
        [names],
      )
      return rows.map((row) => ({ account: row.account, units: row.posted, version: row.version }))
    },
    entriesAfter: (seq, limit) => entriesAfter(sql, seq, limit),
    transfersById: (transferIds) => transfersById(sql, transferIds),
    transfersOf: (eventKey, limit) => transfersOfEvent(sql, eventKey, limit),
    balancesIn: (family, after, limit) => balancesIn(sql, family, after, limit),
    ...periods(sql),
    balancesUnder: (names) => balancesUnder(sql, names),
    async stageOf(eventKey) {
      const [row] = await sql.query<{
        outcome: 'funded' | 'refused' | 'settled' | 'released'
        decided_at: Date
        ended_at: Date | null
        refusal: NonNullable<StageMark['refusal']> | null
      }>(
        `SELECT outcome, decided_at, ended_at, dossier->'refusal' AS refusal FROM cashier.fundings WHERE event_key = $1`,
        [eventKey],
      )
      return (
        row && {
          state: row.outcome,
          atMs: (row.outcome === 'funded' ? row.decided_at : (row.ended_at ?? row.decided_at)).getTime(),
          ...(row.refusal === null ? {} : { refusal: row.refusal }),
        }
      )
    },
  }
}

/** USDT that came into an account after an entry. Entries of one account are committed in the order of their numbers. */
async function creditsAfter(sql: Sql, account: string, seq: bigint, limit: number): Promise<AccountCredit[]> {
  const rows = await sql.query<{ seq: bigint; event_key: string | null; kind: string; amount: bigint }>(
    `SELECT e.seq, t.event_key, t.kind, e.amount FROM cashier.entries e JOIN cashier.transfers t USING (transfer_id)
     WHERE e.account = $1 AND e.seq > $2 AND e.asset = 'USDT' AND e.amount > 0 ORDER BY e.seq LIMIT $3`,
    [account, seq.toString(), limit],
  )
  return rows.map((row) => ({
    seq: row.seq,
    eventKey: row.event_key ?? undefined,
    kind: row.kind,
    amountMicro: row.amount,
  }))
}

async function inFlight(sql: Sql): Promise<AllInFlight> {
  const rows = await sql.query<{ event_key: string; deadline_at: Date | null; funding: unknown }>(
    `SELECT event_key, deadline_at, funding FROM cashier.fundings WHERE outcome = 'funded' ORDER BY event_key`,
  )
  const events: InFlight[] = []
  const unreadable: string[] = []
  for (const { event_key: eventKey, deadline_at: deadlineAt, funding } of rows) {
    const lines = linesSchema.safeParse(funding)
    if (lines.success) events.push({ eventKey, deadlineMs: deadlineAt?.getTime() ?? 0, lines: lines.data.lines })
    else unreadable.push(eventKey)
  }
  return { events, unreadable }
}

async function spendable(sql: Sql, onliIds: readonly string[], eventKeys: readonly string[]): Promise<Spendable> {
  const rows = await sql.query<{ account: string | null; event_key: string | null; free: bigint | null }>(
    `SELECT account, NULL::uuid AS event_key, posted - held AS free FROM cashier.balances WHERE asset = 'USDT' AND account = ANY($1::text[])
     UNION ALL SELECT NULL, event_key, NULL FROM cashier.fundings WHERE event_key = ANY($2::uuid[])`,
    [onliIds.flatMap((onliId) => [accounts.user(onliId), accounts.payable(onliId)]), eventKeys],
  )
  const freeOf = (family: string): Map<string, bigint> =>
    new Map(
      rows.flatMap(({ account, free }) =>
        account?.startsWith(family) && free !== null ? [[account.slice(family.length), free] as const] : [],
      ),
    )
  return {
    freeMicro: freeOf(accounts.user('')),
    payableMicro: freeOf(accounts.payable('')),
    decided: new Set(rows.flatMap(({ event_key: eventKey }) => eventKey ?? [])),
  }
}

const toStatementLine = (row: StatementRow): StatementLine => ({
  seq: row.seq,
  transferId: row.transfer_id,
  eventKey: row.event_key ?? undefined,
  kind: row.kind,
  account: row.account,
  asset: row.asset,
  amount: row.amount,
  balanceAfter: row.balance_after,
  atMs: row.posted_at.getTime(),
})

interface StatementRow {
  seq: bigint
  transfer_id: string
  event_key: string | null
  kind: string
  account: string
  asset: Asset
  amount: bigint
  balance_after: bigint
  posted_at: Date
}
