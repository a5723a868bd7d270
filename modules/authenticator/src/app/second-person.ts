import { hash } from 'node:crypto'
import { actorOf, hasRole, personOf } from '@species/contracts'
import type { Database, Sql } from '@species/database'
import {
  type Asked,
  type DefinedAction,
  type Proposal,
  type SecondPerson,
  type TwoPersonAction,
  proposalView,
} from '@species/flow'
import { Problem, json } from '@species/http'
import { Bug, assert, ok, refuse } from '@species/kernel'
import { type Clock, type Ids, type Logger, toTimestamp } from '@species/platform'
import { rolesOf } from '../adapters/operator-store.ts'
import { createAuditLog } from '../adapters/audit-rows.ts'
import { authenticatorQueries } from '../adapters/queries.ts'
import {
  type Ending,
  countOpen,
  endProposal,
  findOpen,
  findProposal,
  insertProposal,
  lockProposal,
} from '../adapters/proposal-rows.ts'
import { canonicalAction, isOpen, maxOpenProposals, mayApprove, proposalLifeMs } from '../domain/proposal.ts'

interface Deps {
  readonly database: Database
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Logger
  /** Whether actions take two people here. Where not, each is done at once. */
  readonly twoPeople: boolean
}

type AnyAction = TwoPersonAction<unknown>

/** The port by which modules let two people decide. One for the process: it knows the actions of all its modules. */
export function createSecondPerson(deps: Deps): SecondPerson {
  const actions = new Map<string, AnyAction>()
  return {
    twoPeople: deps.twoPeople,
    define<Body>(action: TwoPersonAction<Body>): DefinedAction<Body> {
      if (actions.has(action.kind)) throw new Bug(`two actions are called ${action.kind}`)
      actions.set(action.kind, action)
      const ask: DefinedAction<Body>['ask'] = (tx, asked) => askFor(deps, action, tx, asked)
      return {
        ask,
        async request({ principal, trace, body: { reason }, changed }, body, status = 200) {
          const asked = await deps.database.transaction((tx) => ask(tx, { body, by: principal, reason, trace }))
          if (asked.kind === 'proposed') {
            const proposal = proposalView(asked.proposal, deps.clock.now())
            changed({ after: { proposed: proposal.proposalId } })
            return json(202, { proposal }, { 'cache-control': 'no-store' })
          }
          const { answer, afterCommit, before, after } = asked.ran
          changed({ before, after })
          await afterCommit?.()
          return json(status, answer, { 'cache-control': 'no-store' })
        },
      }
    },
    async beforeApproval(sql, { proposalId, actionHash, by }) {
      const found = await findProposal(sql, proposalId)
      const action = found && actions.get(found.kind)
      if (!found || !action?.beforeApproval) return
      const body = action.schema.safeParse(found.body)
      // What may not be approved anyway asks no partner: `approve` says why.
      const allowed = mayApprove(found, { person: personOf(by), actionHash, nowMs: deps.clock.now() })
      if (body.success && allowed.ok && hasRole(by.role, action.role)) await action.beforeApproval(body.data)
    },
    approve: (tx, asked) => approve(deps, actions, tx, asked),
    async refuse(tx, { proposalId, by, reason }) {
      const nowMs = deps.clock.now()
      const found = await lockProposal(tx, proposalId)
      if (!found) return refuse('not_found', 'There is no such proposal.')
      const open = isOpen(found, nowMs)
      if (!open.ok) return open
      const status = found.proposedBy === personOf(by) ? 'withdrawn' : 'refused'
      return ok(await end(tx, found, { status, reason, decidedBy: personOf(by), decidedWith: by.keyId, nowMs }))
    },
  }
}

function actionHashOf(kind: string, body: unknown, version: string): string {
  return hash('sha256', canonicalAction(kind, body, version), 'base64url')
}

async function askFor<Body>(
  deps: Deps,
  action: TwoPersonAction<Body>,
  tx: Sql,
  { body, by, reason, trace }: Parameters<DefinedAction<Body>['ask']>[1],
): Promise<Asked> {
  const version = await action.version(tx, body)
  const takesTwo = (await action.needsTwo?.(tx, body)) ?? true
  const least = takesTwo ? action.role : 'operator'
  if (!hasRole((await rolesOf(tx, [personOf(by)])).get(personOf(by)), least))
    throw new Problem('forbidden', `This takes an operator with the role \`${least}\`, or one above it.`)
  if (!takesTwo || !deps.twoPeople)
    return { kind: 'ran', ran: await action.run(tx, body, { actor: actorOf(by), reason, trace }) }
  const nowMs = deps.clock.now()
  const actionHash = actionHashOf(action.kind, body, version)
  const same = await findOpen(tx, actionHash)
  if (same && same.expiresAtMs > nowMs) return { kind: 'proposed', proposal: same }
  if (same) {
    const locked = await lockProposal(tx, same.proposalId)
    if (locked?.status === 'open')
      await end(tx, locked, {
        status: 'void',
        reason: 'It expired, and was proposed again.',
        decidedBy: personOf(by),
        decidedWith: by.keyId,
        nowMs,
      })
  }
  if ((await countOpen(tx, personOf(by), nowMs)) >= maxOpenProposals)
    throw new Problem('forbidden', `You have ${maxOpenProposals} open proposals. Withdraw one first.`)
  const notBeforeMs = nowMs + ((await action.delayMs?.(tx)) ?? 0)
  const proposal = await insertProposal(tx, {
    proposalId: deps.ids.uuid(),
    kind: action.kind,
    target: action.target(body),
    body,
    actionHash,
    inWords: await action.inWords(tx, body),
    reason,
    proposedBy: personOf(by),
    proposedWith: by.keyId,
    proposedAtMs: nowMs,
    notBeforeMs,
    expiresAtMs: notBeforeMs + proposalLifeMs,
  })
  if (!proposal)
    throw new Problem('service_unavailable', 'The same was proposed at this moment. Send the request again.')
  const { proposalId, inWords, proposedBy } = proposal
  deps.log.warn(
    { proposalId, kind: action.kind, proposedBy, notBefore: toTimestamp(notBeforeMs), reason },
    `an operator proposes to ${inWords}: see \`species proposals list\``,
  )
  return { kind: 'proposed', proposal }
}

async function approve(
  deps: Deps,
  actions: ReadonlyMap<string, AnyAction>,
  tx: Sql,
  { proposalId, actionHash, by, trace }: Parameters<SecondPerson['approve']>[1],
): ReturnType<SecondPerson['approve']> {
  const nowMs = deps.clock.now()
  const person = personOf(by)
  const found = await lockProposal(tx, proposalId)
  if (!found) return refuse('not_found', 'There is no such proposal.')
  const allowed = mayApprove(found, { person, actionHash, nowMs })
  if (!allowed.ok) return allowed
  const action = actions.get(found.kind)
  const body = action?.schema.safeParse(found.body)
  if (!action || !body?.success)
    return refuse(
      'service_unavailable',
      `This version of the program cannot do ${found.kind} as it was proposed. Nothing was done.`,
    )
  const roles = await rolesOf(tx, [found.proposedBy, person])
  if (!hasRole(roles.get(person), action.role))
    return refuse('forbidden', `Approving this takes the role \`${action.role}\`, or one above it.`)
  const ending = { decidedBy: person, decidedWith: by.keyId, nowMs }
  const voidKeys = await authenticatorQueries(tx).voidKeys([found.proposedWith, by.keyId], action.role)
  if (voidKeys.has(by.keyId)) return refuse('key_revoked', 'The key was revoked meanwhile. Nothing was done.')
  if (voidKeys.has(found.proposedWith)) {
    const reason = `${found.proposedBy} may not propose this any more, or the key that proposed it was revoked.`
    await end(tx, found, { ...ending, status: 'void', reason })
    return refuse('precondition_failed', `${reason} Nothing was done.`)
  }
  const version = await versionOf(action, tx, body.data)
  if (version === undefined || actionHashOf(found.kind, body.data, version) !== found.actionHash) {
    const reason = 'What it acts on has changed since it was proposed.'
    await end(tx, found, { ...ending, status: 'void', reason })
    return refuse('precondition_failed', `${reason} Nothing was done. Propose it again.`)
  }
  const actor = `${found.proposedBy}/${found.proposedWith}+${actorOf(by)}`
  const ran = await action.run(tx, body.data, { actor, reason: found.reason, trace })
  const proposal = await end(tx, found, { ...ending, status: 'executed' })
  await createAuditLog(tx, deps.clock).append({
    requestId: proposalId,
    phase: 'done',
    operatorId: person,
    keyId: by.keyId,
    action: found.kind,
    target: found.target,
    reason: found.reason,
    facts: { proposedBy: found.proposedBy, before: ran.before, after: ran.after },
    trace,
  })
  return ok({ proposal, ran })
}

/** Undefined: there is nothing to act on any more. */
async function versionOf(action: AnyAction, tx: Sql, body: unknown): Promise<string | undefined> {
  try {
    return await action.version(tx, body)
  } catch (error) {
    if (error instanceof Problem) return undefined
    throw error
  }
}

async function end(tx: Sql, { proposalId }: Proposal, ending: Ending): Promise<Proposal> {
  const ended = await endProposal(tx, proposalId, ending)
  assert(ended !== undefined, 'a locked proposal is there')
  return ended
}
