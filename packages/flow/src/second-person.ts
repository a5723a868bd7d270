import type { OperatorRole, Principal } from '@species/contracts'
import type { Sql } from '@species/database'
import type { Change } from '@species/http'
import type { Result } from '@species/kernel'
import { toTimestamp } from '@species/platform'
import { z } from 'zod'

/**
 * An action of operators that takes two people: one proposes exactly what is to be done, another approves it, and it is done in the
 * transaction of the approval. A module defines its actions when it is created, in every process.
 *
 * @example
 *   const approvePayout = given.secondPerson.define<{ payoutId: string; approvedHash: string }>({
 *     kind: 'payout.approve',
 *     role: 'treasurer',
 *     schema: z.strictObject({ payoutId: z.uuid(), approvedHash: z.string() }),
 *     target: ({ payoutId }) => payoutId,
 *     inWords: (_tx, { payoutId }) => `approve the payout ${payoutId}`,
 *     version: async (tx, { payoutId }) => (await lockPayout(tx, payoutId)).actionHash,
 *     needsTwo: async (tx, { payoutId }) => (await sumOfDay(tx, payoutId)) > limit,
 *     run: async (tx, { payoutId }, by) => ({ answer: await markApproved(tx, payoutId, by.actor) }),
 *   })
 *   // In a route, which names `secondPersonResponse` among its responses:
 *   return await approvePayout.request(call, { payoutId, approvedHash })
 *   // Or within a transaction of the module's own:
 *   const asked = await approvePayout.ask(tx, { body, by: principal, reason, trace })
 */
export interface TwoPersonAction<Body> {
  /** Names it for ever: stored proposals carry it. */
  readonly kind: string
  /** Reads a stored body. What it cannot read is never done. JSON only: no bigint. */
  readonly schema: z.ZodType<Body>
  /** The least role of both people, and of the one where the marketplace asks for one only. */
  readonly role: OperatorRole
  /** What it is done to, by its id. */
  target(body: Body): string
  /** What is done, for the person who approves it; called after `version`. */
  inWords(tx: Sql, body: Body): Promise<string> | string
  /**
   * Names the state of the target that the action is decided on, and locks the target. If it is another one at the approval the proposal
   * is void. Throws a Problem where there is nothing to act on.
   */
  version(tx: Sql, body: Body): Promise<string>
  /** Whether it takes two people where the marketplace asks for them; always, unless given. Called after `version`. */
  needsTwo?(tx: Sql, body: Body): Promise<boolean>
  /** Ms for which a proposal is open to refusal before it may be approved; none, unless given. */
  delayMs?(tx: Sql): Promise<number>
  /**
   * Looks once more at what only a partner knows, before the transaction of the approval. Throws a Problem where it is not as it was
   * proposed; the proposal stays open.
   */
  beforeApproval?(body: Body): Promise<void>
  /** Does it, in the transaction that also says that it is done. Calls no partner. A Problem that it throws undoes everything. */
  run(tx: Sql, body: Body, by: Deciders): Promise<Ran>
}

/** Who does it: one person, or two. */
export interface Deciders {
  /** As it is recorded: `olga/key_1`, or `olga/key_1+pia/key_2` where the second approved. */
  readonly actor: string
  /** The proposer's. */
  readonly reason: string
  readonly trace: string
}

/** What an action came to. */
export interface Ran extends Change {
  /** The route's answer. */
  readonly answer: object
  /** Called once after the commit; what it does may be lost if the process dies. */
  readonly afterCommit?: () => Promise<void>
}

/** A proposal as it is stored. Times in Unix ms. */
export interface Proposal {
  readonly proposalId: string
  readonly kind: string
  readonly target: string
  readonly body: unknown
  /** Over kind, body and the version of the target: who approves names it. */
  readonly actionHash: string
  readonly inWords: string
  readonly reason: string
  readonly proposedBy: string
  readonly proposedWith: string
  readonly proposedAtMs: number
  readonly notBeforeMs: number
  readonly expiresAtMs: number
  readonly status: 'open' | 'executed' | 'refused' | 'withdrawn' | 'void'
  readonly decidedBy: string | undefined
  readonly decidedAtMs: number | undefined
  readonly decisionReason: string | undefined
}

export type Asked =
  { readonly kind: 'ran'; readonly ran: Ran } | { readonly kind: 'proposed'; readonly proposal: Proposal }

/** An action as a module uses it. */
export interface DefinedAction<Body> {
  /** Does it at once where one person suffices, and proposes it otherwise. Call `ran.afterCommit` after the commit. */
  ask(tx: Sql, asked: Ask<Body>): Promise<Asked>
  /** The whole work of a route: asks in a transaction of its own. 202 with the proposal, or the action's answer. */
  request(call: RequestOf, body: Body, status?: number): Promise<Response>
}

interface Ask<Body> {
  readonly body: Body
  readonly by: Principal
  readonly reason: string
  readonly trace: string
}

/** What `request` needs of the call of a route. */
export interface RequestOf {
  readonly principal: Principal
  readonly trace: string
  readonly body: { readonly reason: string }
  readonly changed: (change: Change) => void
}

/** The port. The authenticator implements it. */
export interface SecondPerson {
  /** Whether actions take two people here. Where not, one person does each at once. */
  readonly twoPeople: boolean
  define<Body>(action: TwoPersonAction<Body>): DefinedAction<Body>
  /** Asks partners what the action of an open proposal asks of them. Call it before the transaction that approves. */
  beforeApproval(sql: Sql, asked: { proposalId: string; actionHash: string; by: Principal }): Promise<void>
  /**
   * Approves a proposal and does what it says, in the caller's transaction. Commit it also after a refusal: a proposal that turned out to
   * be void is stored as such. `actionHash` is that of the proposal which the person was shown.
   */
  approve(
    tx: Sql,
    asked: { proposalId: string; actionHash: string; by: Principal; trace: string },
  ): Promise<Result<{ readonly proposal: Proposal; readonly ran: Ran }>>
  /** Ends a proposal without doing it: another person refuses it, or the proposer withdraws it. */
  refuse(tx: Sql, asked: { proposalId: string; by: Principal; reason: string }): Promise<Result<Proposal>>
}

const time = z.iso.datetime()

export const proposalSchema = z.strictObject({
  proposalId: z.uuid(),
  kind: z.string(),
  target: z.string(),
  inWords: z.string().describe('what would be done'),
  action: z.unknown().describe('exactly what would be done'),
  actionHash: z.string().describe('over kind, action and the state of its target; an approval names it'),
  reason: z.string(),
  proposedBy: z.string().describe('the person; another one approves'),
  proposedAt: time,
  notBefore: time.describe('an approval counts from then on'),
  expiresAt: time,
  status: z.enum(['open', 'executed', 'refused', 'withdrawn', 'void', 'expired']),
  decidedBy: z.string().optional(),
  decidedAt: time.optional(),
  decisionReason: z.string().optional(),
})

/** A proposal as it is answered. */
export function proposalView(one: Proposal, nowMs: number): z.infer<typeof proposalSchema> {
  return {
    proposalId: one.proposalId,
    kind: one.kind,
    target: one.target,
    inWords: one.inWords,
    action: one.body,
    actionHash: one.actionHash,
    reason: one.reason,
    proposedBy: one.proposedBy,
    proposedAt: toTimestamp(one.proposedAtMs),
    notBefore: toTimestamp(one.notBeforeMs),
    expiresAt: toTimestamp(one.expiresAtMs),
    status: one.status === 'open' && one.expiresAtMs <= nowMs ? 'expired' : one.status,
    ...(one.decidedBy === undefined ? {} : { decidedBy: one.decidedBy }),
    ...(one.decidedAtMs === undefined ? {} : { decidedAt: toTimestamp(one.decidedAtMs) }),
    ...(one.decisionReason === undefined ? {} : { decisionReason: one.decisionReason }),
  }
}

/** The 202 of a route whose action takes two people. */
export const secondPersonResponse = {
  202: {
    description: 'Proposed: nothing is done until another operator approves it',
    schema: z.strictObject({ proposal: proposalSchema }),
  },
} as const
