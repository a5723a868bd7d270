const levels: Readonly<Record<number, string>> = { 20: 'debug', 30: 'info', 40: 'WARN', 50: 'ERROR', 60: 'FATAL' }

/** A line of a process's log for a person to read: the time, the level where it matters, what happened, and to which event. */
export function readableLine(line: string): string {
  if (!line.startsWith('{')) return line
  let entry: Record<string, unknown>
  try {
    entry = JSON.parse(line) as Record<string, unknown>
  } catch {
    return line
  }
  const { time, level, msg, err, trace: _trace, ...fields } = entry
  const clock = typeof time === 'string' ? time.slice(11, 23) : ''
  const name = levels[Number(level)] ?? ''
  const told = Object.entries(fields).map(
    ([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  )
  const failure = typeof err === 'object' && err !== null && 'message' in err ? [`err=${String(err.message)}`] : []
  return [clock, ...(name === 'info' ? [] : [name]), String(msg), ...told, ...failure].join(' ')
}
