/** What was written out a moment ago: the rows of a batch have a handful of times between them, and dozens of columns. */
const written = new Map<number, string>()
const mostWritten = 256

/** Unix milliseconds as the database takes them, and as they are told (RFC 3339). */
export function toTimestamp(ms: number): string {
  const known = written.get(ms)
  if (known !== undefined) return known
  if (written.size >= mostWritten) written.clear()
  const text = new Date(ms).toISOString()
  written.set(ms, text)
  return text
}
