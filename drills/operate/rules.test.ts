import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { missingOf } from '../servers/binaries.ts'
import { alertCases } from './alert-cases.ts'

const deploy = join(dirname(dirname(import.meta.dirname)), 'deploy')
const ruleFile = (name: string): string => join(deploy, 'prometheus', 'rules', `${name}.yaml`)
const ruleFiles = ['recording', 'slo', 'alerts'].map(ruleFile)

/** Always fires, and has no page of what to do. */
const heartbeat = 'Watchdog'

interface Rule {
  readonly alert?: string
  readonly labels?: Readonly<Record<string, string>>
}
const rules = ruleFiles.flatMap((file) =>
  (parse(readFileSync(file, 'utf8')) as { groups: { rules: Rule[] }[] }).groups.flatMap((group) => group.rules),
)
const alerts = [...new Set(rules.flatMap(({ alert }) => (alert === undefined ? [] : [alert])))]

function run(program: string, ...words: string[]): { status: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync(program, words, { encoding: 'utf8' })
  return { status, said: status === 0 ? stdout : `${stdout}${stderr}` }
}

test('each alert has cases in which it must fire and must not', () => {
  expect(Object.keys(alertCases).sort()).toEqual(alerts.filter((name) => name !== heartbeat).sort())
})

describe.skipIf(missingOf(['promtool']).length > 0)('promtool [needs promtool]', () => {
  it.each(['prometheus.yaml', 'prometheus.fly.yaml'])('finds nothing wrong with %s and its rules', (name) => {
    const { status, said } = run('promtool', 'check', 'config', '--lint-fatal', join(deploy, 'prometheus', name))
    expect([said.match(/FAILED.*|duplicate.*/)?.[0], status]).toEqual([undefined, 0])
  })

  // Rules that no case of a run needs would only take their time: those of the budgets are most.
  it.each([
    ['of what is now', ['recording', 'alerts'], '1m', (alert: string) => !alert.startsWith('ErrorBudget')],
    ['of budgets', ['slo'], '5m', (alert: string) => alert.startsWith('ErrorBudget')],
  ] as const)(
    'sees each alert %s fire when it must, and be quiet when it must not',
    (_of, files, every, isMeant) => {
      const directory = mkdtempSync(join(tmpdir(), 'species-rules-'))
      try {
        const file = join(directory, 'tests.yaml')
        writeFileSync(file, stringify(ruleTests(files.map(ruleFile), every, isMeant)))
        const { status, said } = run('promtool', 'test', 'rules', file)
        expect([said.trim().split('\n').slice(-12), status]).toEqual([expect.arrayContaining(['  SUCCESS']), 0])
      } finally {
        rmSync(directory, { recursive: true, force: true })
      }
    },
    90_000,
  )
})

/** Each case as a test of promtool: whether any alert of that name fires at its end. */
function ruleTests(files: readonly string[], every: string, isMeant: (alert: string) => boolean): object {
  const meant = Object.entries(alertCases).filter(([alert]) => isMeant(alert))
  const tests = meant.flatMap(([alert, { fires, quiet, minutes }]) =>
    [[fires, 1, 'must fire'] as const, [quiet, 0, 'must be quiet'] as const].map(([series, value, must]) => ({
      name: `${alert} ${must}`,
      interval: '1m',
      input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
      promql_expr_test: [
        {
          expr: `(count(ALERTS{alertname="${alert}",alertstate="firing"}) > bool 0) or vector(0)`,
          eval_time: `${minutes}m`,
          exp_samples: [{ labels: '{}', value }],
        },
      ],
    })),
  )
  return { rule_files: files, evaluation_interval: every, tests }
}

describe.skipIf(missingOf(['amtool']).length > 0)('amtool [needs amtool]', () => {
  const config = join(deploy, 'alertmanager', 'alertmanager.yaml')

  it('finds nothing wrong with the routes', () => {
    expect(run('amtool', 'check-config', config)).toMatchObject({ status: 0 })
  })

  const receivers: Readonly<Record<string, string>> = { page: 'pager', ticket: 'mailbox', heartbeat: 'heartbeat' }
  it('sends each alert to whom its severity names', () => {
    for (const { alert, labels = {} } of rules) {
      if (alert === undefined) continue
      const { said } = run(
        'amtool',
        'config',
        'routes',
        'test',
        `--config.file=${config}`,
        `alertname=${alert}`,
        `severity=${labels['severity'] ?? ''}`,
      )
      expect([alert, said.trim()]).toEqual([alert, receivers[labels['severity'] ?? '']])
    }
  })
})
