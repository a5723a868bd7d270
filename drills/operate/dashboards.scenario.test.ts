import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { AttackStage } from '../attacks/attack-stage.ts'
import { kpis } from '../../apps/species/src/operations/kpis.ts'
import { playScenes } from '../../apps/species/src/demo/scenes.ts'
import { missingOf } from '../servers/binaries.ts'
import { type PrometheusServer, startPrometheus } from './prometheus.ts'

const deploy = join(dirname(dirname(import.meta.dirname)), 'deploy')
const inDashboards = join(deploy, 'grafana', 'dashboards')
const ruleFiles = ['recording', 'slo', 'alerts'].map((name) => join(deploy, 'prometheus', 'rules', `${name}.yaml`))

interface Panel {
  readonly title: string
  readonly targets: readonly { expr: string }[]
}
const panels = readdirSync(inDashboards).flatMap((file) => {
  const { title, panels } = JSON.parse(readFileSync(join(inDashboards, file), 'utf8')) as {
    title: string
    panels: Panel[]
  }
  return panels.map((panel) => ({ dashboard: title, ...panel }))
})

it('the overview has the five panels of the specification', () => {
  const titles = panels.filter(({ dashboard }) => dashboard.endsWith('Overview')).map(({ title }) => title)
  expect(titles).toEqual(
    expect.arrayContaining([
      'transaction_volume',
      'api_latency_p95',
      'payment_verification_success_rate',
      'mcp_usage',
      'error_rate',
    ]),
  )
})

it.skipIf(missingOf(['prometheus']).length > 0)(
  'every panel shows data of a marketplace under traffic [needs prometheus]',
  async () => {
    const directory = mkdtempSync(join(tmpdir(), 'species-dashboards-'))
    const stage = await AttackStage.start()
    const prometheus = await startPrometheus(directory, { targets: [new URL(stage.baseUrl).host], rules: ruleFiles })
    try {
      const look = async (): Promise<string[]> => {
        await playTraffic(stage)
        return await panelsWithoutData(prometheus)
      }
      await expect.poll(look, { timeout: 90_000, interval: 1_000 }).toEqual([])
    } finally {
      await prometheus.stop()
      await stage.close()
      rmSync(directory, { recursive: true, force: true })
    }
  },
  150_000,
)

/** Every intent, refusals and pages. It is played until all is seen: a rate needs a scrape before it and one after it. */
async function playTraffic({ players, operator, baseUrl, sandboxUrl }: AttackStage): Promise<void> {
  await operator.request('POST', '/admin/v1/reconciliations')
  await playScenes({ baseUrl, sandboxUrl, operator }, players, () => undefined)
  await fetch(`${baseUrl}/marketplace/v1/listings`)
  await pause(2_500)
}

async function panelsWithoutData(prometheus: PrometheusServer): Promise<string[]> {
  const empty: string[] = []
  for (const { title, targets } of panels)
    for (const { expr } of targets) {
      const samples = await prometheus.query(expr)
      if (!samples.some(({ value }) => Number.isFinite(value))) empty.push(`${title}: ${expr}`)
    }
  // Outside is not measured here, no alert fires, and no agent asks.
  const silent = ['uptime', 'mean_time_to_recovery', 'mcp_response_time']
  for (const { name, query } of kpis) {
    if (query === undefined) continue
    const samples = await prometheus.query(query('5m'))
    if (!silent.includes(name) && !samples.some(({ value }) => Number.isFinite(value))) empty.push(`kpi ${name}`)
  }
  return empty
}
