import { type Verdict, seconds } from './play.ts'

export type { Verdict } from './play.ts'

/** How one experiment ended, for a person. */
export function verdictText(verdict: Verdict): string {
  const { experiment, checked, faults, findings, skipped } = verdict
  if (skipped !== undefined) return `NOT PLAYED  ${skipped}`
  const lines = [`${verdict.passed ? 'PASSED' : 'FAILED'}  ${experiment} (seed ${verdict.seed})`]
  if (checked)
    lines.push(
      `  accepted ${checked.accepted}: completed ${checked.completed}, failed ${checked.failed}, in review ${checked.inReview}, forgotten ${checked.forgotten}; ` +
        `refused at the door ${checked.refusedAtTheDoor}, sent more than once ${checked.resent}`,
      `  failed because: ${Object.entries(checked.failedBecause)
        .map(([code, count]) => `${code} ${count}`)
        .join(', ')}`,
      `  money: minted ${checked.money.minted} USDT = credit ${checked.money.credit} + spent ${checked.money.spent}; owed to sellers ${checked.money.payable}`,
      `  ${faults.length} faults; service back after ${seconds(slowest(verdict))} at the latest; all ended ${seconds(verdict.drainedMs)} after the traffic`,
    )
  lines.push(...findings.slice(0, 30).map((finding) => `  NOT as it must be: ${finding}`))
  if (findings.length > 30) lines.push(`  … and ${findings.length - 30} more`)
  if (verdict.logs !== undefined) lines.push(`  logs and the drill's book: ${verdict.logs}`)
  return lines.join('\n')
}

/** All verdicts as a table. */
export function summaryText(verdicts: readonly Verdict[]): string {
  const rows = verdicts.map((one) => [
    one.experiment,
    one.skipped === undefined ? (one.passed ? 'passed' : 'FAILED') : 'not played',
    String(one.faults.length),
    ...(['accepted', 'completed', 'failed', 'inReview', 'resent'] as const).map((name) =>
      String(one.checked?.[name] ?? '-'),
    ),
    seconds(slowest(one)),
    one.drainedMs === undefined ? '-' : seconds(one.drainedMs),
  ])
  const head = [
    'experiment',
    'verdict',
    'faults',
    'accepted',
    'completed',
    'failed',
    'review',
    'resent',
    'back',
    'ended',
  ]
  const widths = head.map((title, column) => Math.max(...[head, ...rows].map((row) => (row[column] ?? title).length)))
  const line = (row: readonly string[]): string =>
    row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')
  const traffic = verdicts.reduce((sum, one) => sum + (one.trafficSeconds ?? 0), 0)
  return [
    '',
    ...[head, ...rows].map(line),
    '',
    `${Math.round(traffic / 6) / 10} minutes under traffic; ${verdicts.filter((one) => one.passed).length} of ${verdicts.length} passed.`,
  ].join('\n')
}

function slowest({ faults }: Verdict): number | undefined {
  return faults.some((fault) => fault.recoveredMs === undefined)
    ? undefined
    : Math.max(0, ...faults.map((fault) => fault.recoveredMs ?? 0))
}
