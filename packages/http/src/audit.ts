import { type OperatorRole, type Principal, personOf } from '@species/contracts'
import { Bug, Fault } from '@species/kernel'
import type { Logger } from '@species/platform'
import { Problem } from './problem.ts'

/** What an operator route that changes something says for the audit log. */
export interface AuditSpec<Params, Body> {
  /** What is done, as `subject.verb`: `user.status`. */
  readonly action: string
  /** What it is done to, by its id. */
  target(asked: { readonly params: Params; readonly body: Body }): string
  /** Whether it only stops something: one person may always do that, and no passkey confirms it. */
  readonly stops?: true
}

/** One line of the audit log. */
export interface AuditEntry {
  /** Names the request: what was asked, and how it ended, carry the same. */
  readonly requestId: string
  /** `asked`: written before anything is done. Without a later line the outcome is not known: the process died. */
  readonly phase: 'asked' | 'done' | 'refused' | 'failed'
  /** The person, and with which of their keys. */
  readonly operatorId: string
  readonly keyId: string
  readonly action: string
  readonly target: string
  readonly reason?: string | undefined
  /** Of what was asked: the body. Of what was done: before and after. Of a refusal: its code. JSON; no secrets. */
  readonly facts: Readonly<Record<string, unknown>>
  readonly trace: string
}

/** Keeps lines for ever. The authenticator implements it. */
export interface AuditLog {
  append(entry: AuditEntry): Promise<void>
}

/** What a change was, for the audit log: the parts of the target that it changed. */
export interface Change {
  readonly before?: unknown
  readonly after?: unknown
}

interface AnyEndpoint {
  readonly spec: {
    readonly access: string
    readonly method: string
    readonly operationId: string
    readonly audit?: AuditSpec<never, never>
    readonly role?: OperatorRole
  }
}

/** Throws a Bug where an operator could change something without a trace, or a viewer anything: the program does not start. */
export function requireAudit(endpoints: readonly AnyEndpoint[], log: AuditLog | undefined): void {
  const operators = endpoints.filter(({ spec }) => spec.access === 'operator')
  const open = operators.filter(({ spec }) => spec.role === 'viewer' && spec.method !== 'get')
  if (open.length > 0)
    throw new Bug(`a viewer could change something: ${open.map(({ spec }) => spec.operationId).join(', ')}`)
  const bare = operators.filter(({ spec }) => spec.method !== 'get' && !spec.audit)
  if (bare.length > 0)
    throw new Bug(`these operations declare no audit entry: ${bare.map(({ spec }) => spec.operationId).join(', ')}`)
  if (!log && endpoints.some(({ spec }) => spec.audit))
    throw new Bug('operators can change something, and there is no audit log')
}

interface Audited {
  readonly principal: Principal
  readonly params: unknown
  readonly body: unknown
  readonly trace: string
  readonly requestId: string
}

/**
 * Writes down what is asked, does it, and writes down how it ended. Where the first line cannot be kept nothing is done. Where the last
 * cannot, the caller still hears what happened.
 */
export async function audited(
  { audit, log }: { readonly audit: AuditLog; readonly log: Logger },
  spec: AuditSpec<unknown, unknown>,
  call: Audited,
  work: (changed: (change: Change) => void) => Promise<Response> | Response,
): Promise<Response> {
  const { principal, body, trace, requestId } = call
  const entry = {
    requestId,
    operatorId: personOf(principal),
    keyId: principal.keyId,
    action: spec.action,
    target: spec.target(call),
    reason: reasonIn(body),
    trace,
  }
  await audit.append({ ...entry, phase: 'asked', facts: body === undefined ? {} : { request: body } })
  const end = async (phase: AuditEntry['phase'], facts: AuditEntry['facts']): Promise<void> => {
    try {
      await audit.append({ ...entry, phase, facts })
    } catch (error) {
      log.error({ ...entry, phase, facts, err: error }, 'the audit log does not say how an operator’s action ended')
    }
  }
  let change: Change = {}
  try {
    const response = await work((what) => {
      change = what
    })
    await end('done', { ...change, status: response.status })
    return response
  } catch (error) {
    const code = codeOf(error)
    await end(error instanceof Problem ? 'refused' : 'failed', code === undefined ? {} : { code })
    throw error
  }
}

function reasonIn(body: unknown): string | undefined {
  const reason = typeof body === 'object' && body !== null && 'reason' in body ? body.reason : undefined
  return typeof reason === 'string' ? reason : undefined
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Problem || error instanceof Fault ? error.code : undefined
}
