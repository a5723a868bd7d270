import { errorCatalogue } from '@species/contracts'
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

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  return [header, header.map(() => '---'), ...rows].map((line) => `| ${line.join(' | ')} |`).join('\n')
}
