import { type Result, ok, refuse } from '@species/kernel'

/** How long a proposal may be approved, from the time on from which it may be. */
export const proposalLifeMs = 72 * 3_600_000

/** Proposals of one person that are open at the same time. */
export const maxOpenProposals = 50

/** What a decision about a proposal needs of it. */
interface Proposal {
  readonly status: string
  readonly proposedBy: string
  readonly actionHash: string
  readonly notBeforeMs: number
  readonly expiresAtMs: number
}

/** An action and the state that it is decided on, as one text: kind, body whatever the order of its fields, and version of the target. */
export function canonicalAction(kind: string, body: unknown, version: string): string {
  return canonical([kind, body, version])
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null)
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`)
  return `{${fields.join(',')}}`
}

/** Whether this person may approve the proposal now, having been shown the action of that hash. */
export function mayApprove(
  proposal: Proposal,
  { person, actionHash, nowMs }: { person: string; actionHash: string; nowMs: number },
): Result<true> {
  const open = isOpen(proposal, nowMs)
  if (!open.ok) return open
  if (proposal.proposedBy === person)
    return refuse('forbidden', `${person} proposed this. Another person approves it, whichever keys you have.`)
  if (proposal.actionHash !== actionHash)
    return refuse(
      'precondition_failed',
      'That is not the action of this proposal. Read it again before you approve it.',
    )
  if (nowMs < proposal.notBeforeMs)
    return refuse(
      'precondition_failed',
      'It is too early to approve this: until its `notBefore` every operator may refuse it.',
    )
  return ok(true)
}

/** Whether a proposal can still be decided. */
export function isOpen({ status, expiresAtMs }: Proposal, nowMs: number): Result<true> {
  if (status !== 'open') return refuse('precondition_failed', `This proposal is closed: it is ${status}.`)
  if (expiresAtMs <= nowMs) return refuse('precondition_failed', 'This proposal has expired. Propose the action again.')
  return ok(true)
}
