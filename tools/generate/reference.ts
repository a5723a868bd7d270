import { errorCatalogue } from '@species/contracts'
import { createMetrics } from '@species/platform'
import { environmentSchema } from '../../apps/species/src/settings/environment.ts'
import { settingDescriptions } from '../../apps/species/src/settings/descriptions.ts'

/** Every environment variable with its default and its meaning, in the order of the schema. */
export function settingsTable(): string {
  const rows = Object.entries(environmentSchema.shape).map(([name, schema]) => [
    `\`${name}\``,
    defaultOf(schema),
    settingDescriptions[name as keyof typeof settingDescriptions],
  ])
  return table(['setting', 'default', 'meaning'], rows)
}

/** A schema with a default gives it for `undefined`; one without has none. */
function defaultOf(schema: { safeParse(value: unknown): { success: boolean; data?: unknown } }): string {
  const { data } = schema.safeParse(undefined)
  return typeof data === 'string' || typeof data === 'number' ? `\`${data}\`` : 'none'
}

const places = { problem: 'response', receipt: 'receipt', both: 'response, receipt' } as const

/** Every error code with its title, where it appears, and whether the same request may succeed later. */
export function errorTable(): string {
  const rows = Object.entries(errorCatalogue).map(([code, { title, seenIn, status, retryable }]) => [
    `[${code}](${code}.md)`,
    title,
    places[seenIn],
    seenIn === 'receipt' ? '' : String(status),
    retryable ? 'yes' : 'no',
  ])
  return table(['code', 'title', 'seen in', 'status', 'retry may help'], rows)
}

/** Every metric that is ours, with its type, its labels and its meaning; those of Node and of the process are the library's. */
export function metricsTable(): string {
  const own = (createMetrics().registry.getMetricsAsArray() as unknown as readonly MetricFacts[])
    .filter(({ name }) => !/^(nodejs|process)_/.test(name))
    .sort((a, b) => a.name.localeCompare(b.name))
  const rows = own.map(({ name, type, labelNames, help }) => [
    `\`${name}\``,
    type,
    labelNames.map((label) => `\`${label}\``).join(', '),
    help,
  ])
  return table(['metric', 'type', 'labels', 'meaning'], rows)
}

interface MetricFacts {
  readonly name: string
  readonly type: string
  readonly help: string
  readonly labelNames: readonly string[]
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  return [header, header.map(() => '---'), ...rows].map((line) => `| ${line.join(' | ')} |`).join('\n')
}
