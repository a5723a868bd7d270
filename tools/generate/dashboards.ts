import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import { parse } from 'yaml'
import type { GeneratedFile } from './generated-file.ts'

/** A panel: its queries by the legend of their lines. */
interface Panel {
  readonly title: string
  readonly unit: string
  readonly about?: string
  readonly queries: Readonly<Record<string, string>>
}
interface Dashboard {
  readonly name: string
  readonly title: string
  readonly panels: readonly Panel[]
}

const directory = 'deploy/grafana'
const datasource = { type: 'prometheus', uid: 'prometheus' }
/** Grafana's grid has 24 columns: three panels in a row. */
const [width, height, perRow] = [8, 8, 3]

/** Grafana's JSON of each dashboard. */
export async function generateDashboards(root: string): Promise<GeneratedFile[]> {
  const dashboards = parse(readFileSync(join(root, directory, 'dashboards.yaml'), 'utf8')) as Dashboard[]
  return await Promise.all(
    dashboards.map(async (one) => {
      const path = `${directory}/dashboards/${one.name}.json`
      const options = { ...(await resolveConfig(join(root, path))), parser: 'json' }
      return { path, content: await format(JSON.stringify(inGrafana(one)), options) }
    }),
  )
}

function inGrafana({ name, title, panels }: Dashboard): object {
  return {
    uid: `species-${name}`,
    title,
    tags: ['species'],
    schemaVersion: 39,
    editable: false,
    refresh: '30s',
    time: { from: 'now-6h', to: 'now' },
    panels: panels.map((panel, index) => ({
      id: index + 1,
      type: 'timeseries',
      title: panel.title,
      description: panel.about ?? '',
      datasource,
      gridPos: { x: (index % perRow) * width, y: Math.floor(index / perRow) * height, w: width, h: height },
      fieldConfig: { defaults: { unit: unitOf(panel.unit), min: 0 }, overrides: [] },
      targets: Object.entries(panel.queries).map(([legendFormat, expr], at) => ({
        refId: String.fromCharCode(65 + at),
        datasource,
        expr,
        legendFormat,
      })),
    })),
  }
}

/** Grafana's own units are in lower case; ours are suffixes. */
const unitOf = (unit: string): string => (unit === unit.toUpperCase() ? `suffix: ${unit}` : unit)
