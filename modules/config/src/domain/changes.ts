type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A value of the configuration that changed, at a path such as `chains.ETH.halted`. */
export interface ConfigChange {
  readonly path: string
  readonly from: unknown
  readonly to: unknown
}

/** Where two configurations differ. Lists are compared whole. */
export function changesBetween(from: Fields, to: Fields, above = ''): ConfigChange[] {
  const names = [...new Set([...Object.keys(from), ...Object.keys(to)])]
  return names.flatMap((name) => {
    const [old, now] = [from[name], to[name]]
    const path = above + name
    if (isFields(old) && isFields(now)) return changesBetween(old, now, `${path}.`)
    return JSON.stringify(old) === JSON.stringify(now) ? [] : [{ path, from: old, to: now }]
  })
}

/** Whether a change only stops things: trading, payments on a chain, or a chain. One person may always do that. */
export function isHalt(changes: readonly ConfigChange[]): boolean {
  return changes.every(
    ({ path, to }) =>
      (path === 'trading' && to === 'off') ||
      (/^chains\.\w+\.halted$/.test(path) && to === true) ||
      (/^chains\.\w+\.enabled$/.test(path) && to === false),
  )
}

/** The changes on one line each; the first fifty. Of lists it says what comes and what goes; a value that is cut says so. */
export function changesInWords(changes: readonly ConfigChange[]): string {
  const lines = changes.slice(0, 50).map(({ path, from, to }) => `  ${path}: ${changeInWords(from, to)}`)
  return [...lines, ...(changes.length > 50 ? [`  and ${changes.length - 50} more`] : [])].join('\n')
}

const shownLength = 500

function changeInWords(from: unknown, to: unknown): string {
  if (!Array.isArray(from) || !Array.isArray(to)) return `${shown(from)} → ${shown(to)}`
  const without = (list: readonly unknown[], other: readonly unknown[]): unknown[] =>
    list.filter((one) => !other.some((two) => JSON.stringify(one) === JSON.stringify(two)))
  const [added, removed] = [without(to, from), without(from, to)]
  const parts = [
    ...(added.length > 0 ? [`adds ${shown(added)}`] : []),
    ...(removed.length > 0 ? [`removes ${shown(removed)}`] : []),
  ]
  return parts.length > 0 ? parts.join(', ') : `${shown(from)} → ${shown(to)}`
}

function shown(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value)
  const rest = text.length - shownLength
  return rest > 0 ? `${text.slice(0, shownLength)}… (cut: ${rest} more characters, read the whole action)` : text
}
