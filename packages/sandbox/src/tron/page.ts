const usualRows = 20
const mostRows = 200

/** A page of TronGrid's: `meta.fingerprint`, opaque to clients, is there while rows are left. */
export function tronPage(now: number, rows: readonly object[], query: Readonly<Record<string, string>>): object {
  const number = (text: string | undefined, otherwise: number): number =>
    /^\d{1,15}$/.test(text ?? '') ? Number(text) : otherwise
  const limit = Math.max(1, Math.min(number(query['limit'], usualRows), mostRows))
  const offset = number(Buffer.from(query['fingerprint'] ?? '', 'base64url').toString(), 0)
  const data = rows.slice(offset, offset + limit)
  const isLast = offset + data.length >= rows.length
  const fingerprint = Buffer.from(String(offset + data.length)).toString('base64url')
  return { success: true, data, meta: { at: now, page_size: data.length, ...(isLast ? {} : { fingerprint }) } }
}
