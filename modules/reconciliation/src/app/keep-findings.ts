import {
  type DifferenceRow,
  closeDifference,
  dropSuspicion,
  insertDifference,
  lastClosed,
  seeAgain,
  standingOf,
} from '../adapters/difference-rows.ts'
import { type DifferenceClass, type Finding, confirmAfterMs, factsOf } from '../domain/difference.ts'
import type { ReconciliationDeps } from './deps.ts'

/** What one comparison came to. */
export interface Look {
  readonly findings: readonly Finding[]
  /** How many accounts, wallets, entries or receipts were compared. */
  readonly compared: number
  /** What could not be compared, and why. */
  readonly notCompared: readonly string[]
  /** Whether the comparison would have found a difference about that subject again. */
  readonly covers: (subject: string) => boolean
}

export const coversAll = (): boolean => true
export const coversNone = (): boolean => false

/**
 * Stores what a comparison has found. A difference that is there already is seen again; one that is not found any more is closed, where
 * its class heals; one that people have explained is not opened again for the same amount.
 */
export async function keepFindings(
  deps: ReconciliationDeps,
  classes: readonly DifferenceClass[],
  { findings, covers }: Pick<Look, 'findings' | 'covers'>,
): Promise<void> {
  const { database, clock, log } = deps
  const standing = await standingOf(database, classes)
  for (const finding of findings) {
    const before = standing.find((row) => row.class === finding.class && row.subject === finding.subject)
    if (before) await seeDifference(deps, before, finding)
    else if (!(await isExplained(deps, finding))) await openDifference(deps, finding)
  }
  const found = new Set(findings.map(keyOf))
  for (const row of standing) {
    if (found.has(keyOf(row)) || !covers(row.subject) || !factsOf(row.class).heals) continue
    if (row.state === 'suspected') await dropSuspicion(database, row.differenceId)
    else {
      const by = {
        resolution: 'gone',
        actor: 'reconciliation',
        reason: 'It agrees again.',
        nowMs: clock.now(),
      } as const
      if (await closeDifference(database, row.differenceId, by))
        log.info({ differenceId: row.differenceId, class: row.class, subject: row.subject }, 'a difference is gone')
    }
  }
}

const keyOf = ({ class: name, subject }: Pick<Finding, 'class' | 'subject'>): string => `${name} ${subject}`

async function openDifference({ database, clock, ids, log }: ReconciliationDeps, finding: Finding): Promise<void> {
  const differenceId = `dif_${Buffer.from(ids.bytes(16)).toString('hex')}`
  const isStored = await insertDifference(database, differenceId, finding, clock.now())
  if (isStored && finding.isSure) tell(log, differenceId, finding)
}

async function seeDifference(
  { database, clock, log }: ReconciliationDeps,
  row: DifferenceRow,
  finding: Finding,
): Promise<void> {
  const nowMs = clock.now()
  // While only suspected, another amount is another suspicion: what is on its way changes from look to look.
  const isAnother = row.state === 'suspected' && row.amount !== finding.amount
  const isOpen = row.state === 'open' || finding.isSure || (!isAnother && row.firstSeenMs + confirmAfterMs <= nowMs)
  await seeAgain(database, row.differenceId, finding, { nowMs, isOpen, isAnother })
  if (isOpen && row.state === 'suspected') tell(log, row.differenceId, finding)
}

/** Whether people have said why it stays. What has another amount is not what they have seen. */
async function isExplained({ database }: ReconciliationDeps, finding: Finding): Promise<boolean> {
  const before = await lastClosed(database, finding.class, finding.subject)
  if (!before) return false
  if (!factsOf(finding.class).heals) return true
  return before.resolution === 'explained' && before.amount === finding.amount
}

function tell(log: ReconciliationDeps['log'], differenceId: string, finding: Finding): void {
  log.error(
    {
      differenceId,
      class: finding.class,
      subject: finding.subject,
      amount: finding.amount?.toString(),
      ...finding.facts,
    },
    `books differ: ${factsOf(finding.class).what}`,
  )
}
