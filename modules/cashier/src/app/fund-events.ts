import type { AgentStanding, StateBodies } from '@species/contracts'
import { paymentTransferId } from '@species/kernel'
import type { Message, Outgoing } from '@species/bus'
import type { Sql } from '@species/database'
import { advance, fromStored, decideOnce, reach } from '@species/flow'
import { setApprovals } from '../adapters/approval-rows.ts'
import { lockCounters, writeCounters } from '../adapters/limit-counters.ts'
import { type FundingRow, insertFundings, readFundings, readPoolHolds } from '../adapters/funding-rows.ts'
import { openLedger } from '../adapters/ledger-session.ts'
import { type FundRefusal, fund, poolHoldOf } from '../domain/fund.ts'
import { heldPart } from '../domain/ledger-book.ts'
import { type Approval, type Charged, type Moved, chargesUsed, isGranted } from '../domain/approval.ts'
import { chargesOf } from '../domain/limits.ts'
import { agentCharges, movedBy, underMandate } from '../domain/mandate.ts'
import { PoolShares } from '../domain/pool-share.ts'
import { accountsBeside } from '../domain/pay-from.ts'
import { type Posting, postingOf, reversalTransferId } from '../domain/posting.ts'
import { approvalsOfEvents, lockedApprovals } from './approvals-of-events.ts'
import { creditPayments, linesOfPayment } from './credit-payment.ts'
import type { CashierDeps } from './deps.ts'

type Matched = Message<'matched'>
interface Plan {
  readonly message: Matched
  readonly posting: Posting
  readonly moved: Moved
  /** As it stood before anything was locked. */
  readonly approval: Approval | undefined
  readonly charges: ReturnType<typeof chargesOf>
}

/** Credits payments, then holds money and units of each event of the batch in accept order, in one transaction. */
export async function fundEvents(deps: CashierDeps, batch: readonly Matched[]): Promise<Outgoing[]> {
  const nowMs = deps.clock.now()
  const [allowances, approvals] = await Promise.all([
    allowancesOf(deps, batch),
    approvalsOfEvents(
      deps.database,
      batch.map(({ body }) => body),
    ),
  ])
  const plans = await Promise.all(
    batch.map(async (message): Promise<Plan> => {
      const config = await deps.config.at(message.body.configVersion)
      const posting = postingOf(message.body, config)
      const charges = chargesOf(message.body, posting, nowMs, allowances.get(message.body.keyId))
      const approval = approvals.get(message.key)
      return { message, posting, charges, moved: movedBy(message.body, posting), approval }
    }),
  )
  return await decideOnce(deps.database, batch, {
    read: (tx, keys) => readFundings(tx, keys, false),
    decide: async (tx, fresh) => {
      const open = plans.filter((plan) => fresh.includes(plan.message))
      return await decide(deps, tx, open, nowMs)
    },
    answer,
  })
}

/** Under which name the key of each limited event is counted. It never changes, so it is asked before anything is locked. */
async function allowancesOf(deps: CashierDeps, batch: readonly Matched[]): Promise<Map<string, string>> {
  const limited = batch.filter(({ body }) => body.limits !== undefined).map(({ body }) => body.keyId)
  return limited.length === 0 ? new Map() : await deps.authenticator(deps.database).allowanceIds([...new Set(limited)])
}

async function decide(deps: CashierDeps, tx: Sql, plans: readonly Plan[], nowMs: number): Promise<FundingRow[]> {
  const claims = plans.flatMap((plan) => plan.message.body.payment.claims)
  const lines = plans.flatMap((plan) => plan.posting.lines)
  const payments = claims.flatMap(linesOfPayment)
  const beside = plans.flatMap((plan) => accountsBeside(plan.message.body))
  // The switches are read after the statements that lock, and so once the locks are ours: what was stopped meanwhile counts.
  const [ledger, limits, approvals, { stopped, poolShareBasisPoints, agents }, poolHolds] = await Promise.all([
    openLedger(
      tx,
      // No process that settles meanwhile waits for the accounts that these events will only credit.
      [...plans.flatMap((plan) => heldPart(plan.posting.lines)), ...payments, ...beside],
      claims.flatMap((claim) => [paymentTransferId(claim), reversalTransferId(claim)]),
      [...lines, ...payments, ...beside],
    ),
    lockCounters(
      tx,
      plans.flatMap((plan) => [...(plan.charges.ok ? plan.charges.value : []), ...bucketsOfAgent(plan, nowMs)]),
    ),
    lockedApprovals(
      tx,
      new Map(plans.flatMap(({ message, approval }) => (approval ? [[message.key, approval] as const] : []))),
    ),
    switches(deps, tx, plans),
    readPoolHolds(tx, [
      ...new Set(plans.flatMap(({ message, posting }) => poolHoldOf(message.body, posting)?.holder ?? [])),
    ]),
  ])
  const poolShares = new PoolShares(poolHolds, poolShareBasisPoints)
  const used: string[] = []
  const rows = plans.map(({ message, posting, moved, charges: ofKey }) => {
    const agentId = message.body.limits?.agent
    const agent = agentId === undefined ? undefined : agents.get(agentId)
    const approval = approvals.get(message.key)
    const charges =
      agentId === undefined
        ? ofKey
        : underMandate(ofKey, { dossier: message.body, agentId, agent, moved, approval, nowMs })
    creditPayments(ledger, message.body)
    const paid = message.body.payment.claims
    const standing = paid.filter((claim) => !ledger.isPosted(reversalTransferId(claim)))
    const sumOf = (of: typeof paid): bigint => of.reduce((sum, claim) => sum + claim.amountMicro, 0n)
    const decided = fund(ledger.book, limits, {
      dossier: message.body,
      posting,
      charges,
      poolShares,
      stopped: stopped.get(message.key),
      paymentTransferIds: standing.map(paymentTransferId),
      vanishedMicro: sumOf(paid) - sumOf(standing),
    })
    const charged: Charged[] = charges.ok ? [...charges.value] : []
    if (decided.ok && approval && isGranted(approval, moved, nowMs).ok) {
      // What was granted was charged at its highest total: the rest is given back.
      const { kept, rest } = chargesUsed(approval, moved)
      limits.giveBack(rest)
      charged.push(...kept)
      used.push(approval.approvalId)
    }
    const row = rowOf(message.body, decided, { charges: charged, agent }, nowMs)
    const pool = decided.ok ? poolHoldOf(message.body, posting) : undefined
    return pool ? { ...row, pool } : row
  })
  await Promise.all([
    ledger.save(nowMs),
    writeCounters(tx, limits),
    setApprovals(tx, used, 'used'),
    insertFundings(tx, rows),
  ])
  return rows
}

function rowOf(
  dossier: StateBodies['matched'],
  decided: ReturnType<typeof fund>,
  { charges, agent }: { charges: readonly Charged[]; agent: AgentStanding | undefined },
  nowMs: number,
): FundingRow & { deadlineMs: number } {
  const base = { eventKey: dossier.eventKey, decidedAtMs: nowMs, deadlineMs: dossier.deadlineMs }
  // Enough to give them back.
  const kept = charges.map(({ keyId, windowName, units }) => ({ keyId, windowName, units }))
  const mandate = agent?.mandate === undefined ? {} : { mandateVersion: agent.mandateVersion }
  if (decided.ok) return { ...base, outcome: 'funded', funding: { ...decided.value, ...mandate }, charges: kept }
  const refused = reach('refused', dossier, { refusal: { ...decided.refusal, by: 'cashier', ...mandate } }, nowMs)
  return { ...base, outcome: 'refused', dossier: refused, charges: [], endedAtMs: nowMs }
}

/** The counters of an agent, which are locked before its mandate is read. */
function bucketsOfAgent(
  { message, moved, approval }: Plan,
  nowMs: number,
): Parameters<typeof lockCounters>[1][number][] {
  const agentId = message.body.limits?.agent
  return agentId === undefined ? [] : [...agentCharges(agentId, moved, nowMs), ...(approval?.charges ?? [])]
}

/** What is not pinned and asked again where the hold is taken: trading, the user, the key, the agent with its mandate, and the bound of the pool. */
async function switches(
  deps: CashierDeps,
  tx: Sql,
  plans: readonly Plan[],
): Promise<{
  stopped: Map<string, FundRefusal>
  poolShareBasisPoints: number
  agents: ReadonlyMap<string, AgentStanding>
}> {
  const dossiers = plans.map((plan) => plan.message.body).filter((dossier) => dossier.event.lapsed !== true)
  const queries = deps.authenticator(tx)
  const agentIds = dossiers.flatMap(({ limits }) => limits?.agent ?? [])
  const [{ config }, standings, revoked, agents] = await Promise.all([
    deps.latestConfig(tx).latest(),
    queries.standings([...new Set(dossiers.map((dossier) => dossier.event.from))]),
    queries.revokedKeys([...new Set(dossiers.map((dossier) => dossier.keyId))]),
    agentIds.length === 0 ? new Map<string, AgentStanding>() : queries.agents([...new Set(agentIds)]),
  ])
  const stopped = new Map<string, FundRefusal>()
  for (const dossier of dossiers) {
    if (config.trading === 'off') {
      stopped.set(dossier.eventKey, {
        code: 'trading_halted',
        detail: 'Trading was halted before this event was funded. Try again when it is on.',
      })
    } else if (standings.get(dossier.event.from)?.status !== 'active') {
      stopped.set(dossier.eventKey, { code: 'user_suspended', detail: `${dossier.event.from} is not active.` })
    } else if (revoked.has(dossier.keyId)) {
      stopped.set(dossier.eventKey, {
        code: 'key_revoked',
        detail: 'The key that signed this event was revoked before it was funded.',
      })
    }
  }
  return { stopped, poolShareBasisPoints: config.poolShareBasisPoints, agents }
}

function answer(message: Matched, row: FundingRow): Outgoing[] {
  switch (row.outcome) {
    case 'funded':
    case 'settled':
      return row.funding ? [advance('funded', message, message.body, { funding: row.funding }, row.decidedAtMs)] : []
    case 'refused':
    case 'released':
      return fromStored(row.outcome, message, row.dossier)
  }
}
