import {
  type ChainTransaction,
  type MarketplaceConfig,
  nextRecheckMs,
  recheckOf,
  standsStill,
} from '@species/contracts'
import { type Outcome, assert, backOffMs, unknown } from '@species/kernel'
import type { Sql } from '@species/database'
import { attemptOf, hashesOf, noteFinding } from '../adapters/evidence-rows.ts'
import { type PayoutRow, findPayout, takeDue, updatePayout } from '../adapters/payout-rows.ts'
import { type Finding, judgeProof } from '../domain/judge-proof.ts'
import { ledgerId, returnId } from '../domain/payout.ts'
import type { PayoutsDeps } from './deps.ts'
import { linesOf } from './open-payout.ts'
import { step } from './step.ts'

const leaseMs = 60_000
const maxPerRun = 50
const askedAtOnce = 4
const firstPauseMs = 5_000
const longestPauseMs = 300_000
/** After so many looks that did not prove it a payout goes to review; the looks go on. */
const maxChecks = 20
const actor = 'payouts'

type Named = { readonly hash: string; readonly finding: Finding }

/** Looks at the payouts that are due. Each fails alone: what cannot be looked at is due again when its lease is over. */
export async function followPayouts(deps: PayoutsDeps): Promise<void> {
  const due = (await takeDue(deps.database, deps.clock.now(), leaseMs, maxPerRun)).values()
  const workThrough = async (): Promise<void> => {
    for (const row of due)
      await follow(deps, row).catch((error: unknown) => {
        deps.log.error({ payoutId: row.payoutId, err: error }, 'a payout cannot be looked at; it is looked at again')
      })
  }
  await Promise.all(Array.from({ length: askedAtOnce }, workThrough))
}

async function follow(deps: PayoutsDeps, row: PayoutRow): Promise<void> {
  if (row.state === 'sending')
    await doubt(
      deps,
      row,
      'Nothing is known of the attempt to send it. Look at the wallet, and give the hash of the transaction if there is one.',
    )
  else if (row.state === 'sent' || row.state === 'review') await prove(deps, row)
  else if (row.state === 'proven') await lookAgain(deps, row)
}

/** Works on a payout that is as it was when it was read; answers undefined where it is not. */
async function stillAs<T>(
  { database }: Pick<PayoutsDeps, 'database'>,
  before: PayoutRow,
  work: (tx: Sql, row: PayoutRow) => Promise<T>,
): Promise<T | undefined> {
  return await database.transaction(async (tx) => {
    const row = await findPayout(tx, before.payoutId, 'lock')
    return row?.state === before.state && row.life === before.life ? await work(tx, row) : undefined
  })
}

async function doubt(deps: PayoutsDeps, before: PayoutRow, reason: string, dueAtMs?: number): Promise<void> {
  deps.log.warn({ payoutId: before.payoutId, reason }, 'a payout is in review')
  await stillAs(deps, before, (tx, row) => step(deps, tx, row, { state: 'review', dueAtMs }, { actor, reason }))
}

/**
 * What the chain shows of every transaction that is said to pay it. A wallet that was ours once pays as one of today: it may be retired
 * between the sending and the proof.
 */
export async function findingsOf(
  deps: Pick<PayoutsDeps, 'database' | 'chainReaders' | 'config'>,
  row: PayoutRow,
  config: MarketplaceConfig,
): Promise<Named[]> {
  const hashes = await hashesOf(deps.database, row.payoutId)
  const { chain, approvedAtMs } = row
  assert(approvedAtMs !== undefined, 'what was sent was approved')
  const attempt = await attemptOf(deps.database, row.payoutId)
  const before = (await deps.config.chainHistory()).flatMap(({ chains }) => chains[chain].ourWallets)
  const { ourWallets, confirmations } = config.chains[chain]
  const wallets = [...ourWallets, ...before, ...(attempt ? [attempt.wallet] : [])]
  return await Promise.all(
    hashes.map(async ({ hash }) => {
      const outcome = await readTransaction(deps, row, hash)
      return { hash, finding: judgeProof({ ...row, approvedAtMs }, outcome, { ourWallets: wallets, confirmations }) }
    }),
  )
}

async function readTransaction(
  { chainReaders }: Pick<PayoutsDeps, 'chainReaders'>,
  { chain }: Pick<PayoutRow, 'chain'>,
  hash: string,
  seenInBlock?: number,
): Promise<Outcome<ChainTransaction>> {
  const reader = chainReaders.find((one) => one.chains.includes(chain))
  return reader ? await reader.transaction(chain, hash, seenInBlock) : unknown(`${chain} has no reader`)
}

async function prove(deps: PayoutsDeps, row: PayoutRow): Promise<void> {
  const { config } = await deps.config.current()
  // What a chain that is halted shows is not believed; the lease is the pause.
  if (config.chains[row.chain].halted) return
  const findings = await findingsOf(deps, row, config)
  const proving = findings.filter(({ finding }) => finding.kind === 'proves')
  if (proving.length > 1)
    deps.log.error(
      { payoutId: row.payoutId, hashes: proving.map(({ hash }) => hash) },
      'a payout seems to be paid twice',
    )
  for (const { hash, finding } of proving)
    if (finding.kind === 'proves' && (await claim(deps, row, hash, finding.transfers, config))) return
  for (const { hash, finding } of findings)
    if (finding.kind !== 'proves') await noteFinding(deps.database, row.payoutId, hash, finding.why)
  const isHopeless = findings.every(({ finding }) => finding.kind === 'not_it' || finding.kind === 'proves')
  const why = findings.map(
    ({ hash, finding }) => `${hash}: ${finding.kind === 'proves' ? 'it was used already' : finding.why}`,
  )
  if (isHopeless) {
    if (row.state === 'sent') await doubt(deps, row, `No transaction proves it. ${why.join('. ')}.`)
    else await stillAs(deps, row, (tx, now) => updatePayout(tx, now, { dueAtMs: undefined }))
    return
  }
  const nowMs = deps.clock.now()
  const pauseMs = backOffMs({ firstMs: firstPauseMs, longestMs: longestPauseMs }, row.checks)
  if (row.state === 'sent' && row.checks >= maxChecks)
    await doubt(deps, row, `It is not proven yet. ${why.join('. ')}.`, nowMs + longestPauseMs)
  else
    await stillAs(deps, row, (tx, now) => updatePayout(tx, now, { checks: now.checks + 1, dueAtMs: nowMs + pauseMs }))
}

/** Claims the transfer and settles the hold in one transaction. False where every transfer is another's. */
async function claim(
  deps: PayoutsDeps,
  before: PayoutRow,
  hash: string,
  transfers: Extract<Finding, { kind: 'proves' }>['transfers'],
  config: MarketplaceConfig,
): Promise<boolean> {
  const nowMs = deps.clock.now()
  const done = await stillAs(deps, before, async (tx, row) => {
    for (const transfer of transfers) {
      const note = { nowMs, trace: row.payoutId }
      const claimed = await deps.claims(tx).claim(transfer, { kind: 'payout', ref: row.payoutId }, note)
      if (claimed.kind === 'halted') return true
      if (claimed.kind === 'taken') continue
      await deps.ledger(tx).settle(ledgerId(row.payoutId, row.life))
      const dueAtMs = nextRecheckMs(row.chain, config, nowMs, 0) ?? nowMs
      const proven = {
        state: 'proven' as const,
        proof: transfer,
        provenAtMs: nowMs,
        dueAtMs,
        rechecksDone: 0,
        missing: 0,
      }
      await step(deps, tx, row, proven, { actor, reason: hash })
      return true
    }
    await noteFinding(tx, row.payoutId, hash, 'it was used already')
    return false
  })
  // Of a payout that changed meanwhile, the next look decides.
  return done ?? true
}

/** Looks at a proven transfer until its last re-check: then nothing takes it back. */
async function lookAgain(deps: PayoutsDeps, before: PayoutRow): Promise<void> {
  const { proof, provenAtMs, chain } = before
  assert(proof !== undefined && provenAtMs !== undefined, 'a proven payout has a proof')
  const { config } = await deps.config.current()
  if (config.chains[chain].halted) return
  const outcome = await readTransaction(deps, before, proof.hash, proof.blockNumber)
  const nowMs = deps.clock.now()
  const look = { ...before, claimedAtMs: provenAtMs }
  const recheck = recheckOf(look, standsStill(proof, outcome), config, nowMs)
  if (!recheck) return
  const { done: rechecksDone, missing, nextMs, vanishedAtMs } = recheck
  await stillAs(deps, before, async (tx, row) => {
    // Another process has looked at it meanwhile.
    if (row.rechecksDone !== before.rechecksDone || row.missing !== before.missing) return
    if (vanishedAtMs !== undefined) await giveBack(deps, tx, row, nowMs)
    else if (nextMs === undefined) await step(deps, tx, row, { state: 'settled', rechecksDone, missing: 0 }, { actor })
    else await updatePayout(tx, row, { rechecksDone, missing, dueAtMs: nextMs })
  })
}

/**
 * A proven transfer is gone from its chain. The owner's money is theirs again, and held at once: the same transaction may be mined
 * once more, and then it has paid. So the payout is in review, it is looked for, and nothing is sent again.
 */
async function giveBack(deps: PayoutsDeps, tx: Sql, row: PayoutRow, nowMs: number): Promise<void> {
  const { payoutId, life, proof } = row
  assert(proof !== undefined, 'a proven payout has a proof')
  await deps.claims(tx).endVanished(proof, nowMs)
  const lines = linesOf(row)
  const back = lines.map(({ account, amountMicro }) => ({ account, amountMicro: -amountMicro }))
  const ledger = deps.ledger(tx)
  const returned = await ledger.post([{ transferId: returnId(payoutId, life), kind: 'payout_returned', lines: back }])
  const held = await ledger.hold({ transferId: ledgerId(payoutId, life + 1), kind: 'payout', lines })
  assert(returned.ok && held.ok, 'what came back can be held')
  const wallet = (await attemptOf(tx, payoutId))?.wallet ?? ''
  const reason = `The transfer ${proof.hash} vanished from its chain. It may be mined again: look at the wallet ${wallet}.`
  deps.log.error({ payoutId, hash: proof.hash }, 'a proven payout has vanished from its chain')
  const next = {
    state: 'review' as const,
    life: life + 1,
    proof: undefined,
    dueAtMs: nowMs + longestPauseMs,
    checks: 0,
    missing: 0,
  }
  await step(deps, tx, row, next, { actor, reason })
}
