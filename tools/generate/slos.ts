import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import { parse, stringify } from 'yaml'
import type { GeneratedFile } from './generated-file.ts'

interface Slo {
  readonly name: string
  /** Percent. */
  readonly objective: number
  readonly sli: { readonly events: { readonly error_query: string; readonly total_query: string } }
}

/** Alerts of the Site Reliability Workbook, chapter 5: both windows burn the budget of 30 days so many times too fast. */
const burns = [
  { long: '1h', short: '5m', factor: 14.4, severity: 'page', alert: 'ErrorBudgetBurnsFast' },
  { long: '6h', short: '30m', factor: 6, severity: 'page', alert: 'ErrorBudgetBurnsFast' },
  { long: '1d', short: '2h', factor: 3, severity: 'ticket', alert: 'ErrorBudgetBurnsSlowly' },
  { long: '3d', short: '6h', factor: 1, severity: 'ticket', alert: 'ErrorBudgetBurnsSlowly' },
] as const

const windows = ['5m', '30m', '1h', '2h', '6h', '1d', '3d', '30d'] as const
const source = 'deploy/prometheus/slos/species.yaml'

/** The rules of the objectives: error ratios over each window, what is left of the budget, and the alerts on how fast it burns. */
export async function generateSlos(root: string): Promise<GeneratedFile[]> {
  const { slos } = parse(readFileSync(join(root, source), 'utf8')) as { slos: Slo[] }
  const groups = slos.flatMap((slo) => [
    { name: `slo-${slo.name}`, rules: [...windows.filter((one) => one !== '30d').map((one) => ratio(slo, one))] },
    { name: `slo-${slo.name}-month`, interval: '5m', rules: [ratio(slo, '30d'), budget(slo)] },
    { name: `slo-${slo.name}-alerts`, rules: burns.map((burn) => alertOf(slo, burn)) },
  ])
  const path = 'deploy/prometheus/rules/slo.yaml'
  const text = `# Generated from ../slos by \`npm run generate\`. Do not edit.\n${stringify({ groups }, { lineWidth: 0 })}`
  return [{ path, content: await format(text, { ...(await resolveConfig(join(root, path))), parser: 'yaml' }) }]
}

function ratio({ name, sli }: Slo, window: string): object {
  const over = (query: string): string => query.replaceAll('{{.window}}', window)
  const { error_query, total_query } = sli.events
  return {
    record: `slo:errors:ratio_rate${window}`,
    labels: { slo: name },
    expr: `(${over(error_query)}) / (${over(total_query)})`,
  }
}

const allowed = ({ objective }: Slo): string => ((100 - objective) / 100).toFixed(6).replace(/0+$/, '')

function budget(slo: Slo): object {
  return {
    record: 'slo:error_budget:ratio_left30d',
    labels: { slo: slo.name },
    expr: `1 - slo:errors:ratio_rate30d{slo="${slo.name}"} / ${allowed(slo)}`,
  }
}

function alertOf(slo: Slo, { long, short, factor, severity, alert }: (typeof burns)[number]): object {
  const burnsIn = (window: string): string =>
    `slo:errors:ratio_rate${window}{slo="${slo.name}"} > ${factor} * ${allowed(slo)}`
  return {
    alert,
    expr: `${burnsIn(long)} and ${burnsIn(short)}`,
    labels: { slo: slo.name, severity, window: long },
    annotations: { summary: `The error budget of {{ $labels.slo }} burns ${factor} times too fast (over ${long})` },
  }
}
