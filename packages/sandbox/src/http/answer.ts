import type { HttpBindings } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import type { FaultBoard } from '../faults/board.ts'
import type { PartnerName } from '../faults/fault.ts'
import { sufferFaults } from '../faults/suffer.ts'

export interface Bindings {
  Bindings: HttpBindings
}

/** The part of a request's context that answering needs. */
export interface Caller {
  readonly env: HttpBindings
}

/** What a simulated HTTP partner answers, before it becomes bytes. */
export type Answer =
  | { readonly is: 'json'; readonly status: number; readonly body: unknown }
  | { readonly is: 'raw'; readonly status: number; readonly contentType: string; readonly text: string }
  /** The connection breaks without an answer. */
  | { readonly is: 'dropped' }

export interface HttpPartner {
  readonly name: PartnerName
  readonly board: FaultBoard
  readonly closing: AbortSignal
  errorBody(status: number): unknown
  /** Lies that need to know the partner's shapes; the others are told here. */
  lie(how: string, answer: Answer): Answer
  duplicate(answer: Answer): Answer
}

export function json(body: unknown, status = 200): Answer {
  return { is: 'json', status, body }
}

/** Answers one call of a partner, under the faults in force. */
export async function answerCall(
  context: Caller,
  partner: HttpPartner,
  operation: string,
  produce: () => Answer,
): Promise<Response> {
  const faults = partner.board.take(partner.name, operation)
  const answer = await sufferFaults<Answer>(
    faults,
    {
      effect: produce,
      duplicate: (honest) => partner.duplicate(honest),
      lie: (how, honest) => commonLie(how) ?? partner.lie(how, honest),
      fail: (fault) => (fault.kind === 'down' ? { is: 'dropped' } : failure(partner, fault.status)),
    },
    partner.closing,
  )
  return send(context, answer)
}

/** Sends an answer that no fault touches. */
export function send(context: Caller, answer: Answer): Response {
  switch (answer.is) {
    case 'json':
      return bytes(JSON.stringify(answer.body), answer.status, 'application/json; charset=utf-8')
    case 'raw':
      return bytes(answer.text, answer.status, answer.contentType)
    case 'dropped':
      context.env.incoming.socket.destroy()
      return RESPONSE_ALREADY_SENT
  }
}

function failure(partner: HttpPartner, status: number | string | undefined): Answer {
  const code = typeof status === 'number' ? status : 500
  return json(partner.errorBody(code), code)
}

function commonLie(how: string): Answer | undefined {
  if (how === 'garbage')
    return { is: 'raw', status: 200, contentType: 'application/json; charset=utf-8', text: '{"hash":"0x' }
  if (how !== 'html') return undefined
  const text = '<!doctype html><html><body><h1>502 Bad Gateway</h1></body></html>'
  return { is: 'raw', status: 200, contentType: 'text/html', text }
}

function bytes(text: string, status: number, contentType: string): Response {
  return new Response(text, { status, headers: { 'content-type': contentType } })
}
