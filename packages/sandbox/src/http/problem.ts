import { randomUUID } from 'node:crypto'
import type { Context } from 'hono'
import type { z } from 'zod'
import type { Bindings } from './answer.ts'

const titles = {
  invalid_request: 'The request is not valid',
  not_found: 'There is no such thing',
  conflict: 'The state does not allow it',
  forbidden: 'Not from here',
  internal: 'The sandbox failed',
} as const
export type ProblemCode = keyof typeof titles

const statuses: Readonly<Record<ProblemCode, number>> = {
  invalid_request: 400,
  not_found: 404,
  conflict: 409,
  forbidden: 403,
  internal: 500,
}

/** An RFC 9457 answer of the control API. */
export function problem(code: ProblemCode, detail: string): Response {
  const status = statuses[code]
  const body = {
    type: 'about:blank',
    title: titles[code],
    status,
    code,
    detail,
    retryable: false,
    requestId: randomUUID(),
  }
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/problem+json' } })
}

/** The request's body, or the problem to answer. An empty body counts as `{}`. */
export async function readBody<S extends z.ZodType>(
  context: Context<Bindings>,
  schema: S,
): Promise<{ ok: true; body: z.output<S> } | { ok: false; response: Response }> {
  const text = await context.req.text()
  let value: unknown
  try {
    value = text === '' ? {} : JSON.parse(text)
  } catch {
    return { ok: false, response: problem('invalid_request', 'the body is not JSON') }
  }
  const parsed = schema.safeParse(value)
  if (parsed.success) return { ok: true, body: parsed.data }
  return { ok: false, response: problem('invalid_request', parsed.error.issues.map(describe).join('; ')) }
}

function describe(issue: z.core.$ZodIssue): string {
  const path = issue.path.map(String).join('.')
  return path === '' ? issue.message : `${path}: ${issue.message}`
}
