import type { RequestHeaders } from '@species/contracts'
import { createHash } from 'node:crypto'
import { Problem, type ResponseSpec } from '@species/http'
import { z } from 'zod'

/** `limit` and `cursor` of every list. */
export const pageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(200).optional(),
})

export function toCursor(parts: readonly string[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url')
}

/** Reads a cursor of ours; anything else is a problem of the caller's. */
export function fromCursor(cursor: string | undefined, shape: RegExp[]): string[] | undefined {
  if (cursor === undefined) return undefined
  try {
    const parts = z
      .array(z.string())
      .length(shape.length)
      .parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()))
    if (parts.every((part, index) => shape[index]?.test(part))) return parts
  } catch {
    // Falls through to the one answer for every cursor that is not ours.
  }
  throw new Problem('invalid_request', 'The cursor is not one of ours. Begin again without it.')
}

/** What {@link taggedJson} answers where the caller has it already. */
export const unchanged: ResponseSpec = { description: 'Unchanged', schema: 'empty', headers: ['ETag'] }

/** JSON with a strong entity tag of its content (RFC 9110 section 8.8.3), or 304 where the caller has it already. */
export function taggedJson(headers: RequestHeaders, value: unknown): Response {
  const text = JSON.stringify(value)
  const etag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 27)}"`
  const common = { etag, 'cache-control': 'private, max-age=0' }
  const given = headers
    .get('if-none-match')
    ?.split(',')
    .map((tag) => tag.trim().replace(/^W\//, ''))
  if (given?.includes(etag)) return new Response(null, { status: 304, headers: common })
  return new Response(text, { status: 200, headers: { ...common, 'content-type': 'application/json' } })
}
