import { accounts, refuse, ok } from '@species/kernel'
import type { Sql } from '@species/database'
import { addHistory } from '../adapters/evidence-rows.ts'
import { type PayoutRow, insertPayout } from '../adapters/payout-rows.ts'
import { ledgerId } from '../domain/payout.ts'
import type { PayoutsDeps } from './deps.ts'
import { type Answer, tell } from './step.ts'

/** A payout to be made: all that is decided about it. */
export type NewPayout = Partial<Pick<PayoutRow, 'source'>> &
  Pick<
    PayoutRow,
    'owner' | 'requestId' | 'chain' | 'address' | 'amountMicro' | 'fromPayableMicro' | 'requestedBy' | 'confirmedBy'
  >

/** Holds the money of a payout and stores it, in the caller's transaction, of which it is the last work. */
export async function openPayout(deps: PayoutsDeps, tx: Sql, wanted: NewPayout, actor: string): Answer<PayoutRow> {
  const row: PayoutRow = {
    source: undefined,
    ...wanted,
    payoutId: `pay_${deps.ids.uuid().replaceAll('-', '')}`,
    state: 'requested',
    requestedAtMs: deps.clock.now(),
    ...unbegun,
  }
  const held = await deps
    .ledger(tx)
    .hold({ transferId: ledgerId(row.payoutId, 0), kind: 'payout', lines: linesOf(row) })
  if (!held.ok) return refuse('not_payable', 'The money was spent meanwhile. Read your balance and try again.')
  await insertPayout(tx, row)
  await addHistory(tx, { ...row, actor, atMs: row.requestedAtMs })
  await tell(deps, tx, row)
  return ok(row)
}

const unbegun = {
  approvedAtMs: undefined,
  people: undefined,
  reason: undefined,
  endedAtMs: undefined,
  life: 0,
  dueAtMs: undefined,
  checks: 0,
  proof: undefined,
  provenAtMs: undefined,
  rechecksDone: 0,
  missing: 0,
} as const

/** What a payout takes from its owner, and gives to the chain. */
export function linesOf({
  owner,
  source,
  chain,
  amountMicro,
  fromPayableMicro,
}: PayoutRow): { account: string; amountMicro: bigint }[] {
  if (source !== undefined)
    return [
      { account: source, amountMicro: -amountMicro },
      { account: accounts.world(chain), amountMicro },
    ]
  return [
    { account: accounts.payable(owner), amountMicro: -fromPayableMicro },
    { account: accounts.user(owner), amountMicro: fromPayableMicro - amountMicro },
    { account: accounts.world(chain), amountMicro },
  ].filter((line) => line.amountMicro !== 0n)
}
