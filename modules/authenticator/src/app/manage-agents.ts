import { type Action, type Mandate, type Principal, type Scope, actorOf } from '@species/contracts'
import { assert, ok, refuse } from '@species/kernel'
import type { Sql } from '@species/database'
import {
  type Agent,
  countAgents,
  deleteStop,
  findAgent,
  insertAgent,
  insertMandate,
  insertStop,
  lockStop,
  revokeKeysOf,
  setAgentStatus,
} from '../adapters/agent-store.ts'
import { agentOfKey, countKeysInUse, findKey } from '../adapters/key-store.ts'
import { lockUser } from '../adapters/user-store.ts'
import { isUsable, maxKeysInUse } from '../domain/api-key.ts'
import { coversMandate, maxAgents } from '../domain/mandate.ts'
import { type Answer, type AuthenticatorDeps, announceChange } from './deps.ts'
import { addKey } from './manage-keys.ts'

/** A request by which a person loosens what an agent may do, and their confirmation of it. */
export interface Confirmed {
  readonly action: Action
  readonly confirmation: string | null
}

interface Asking {
  readonly principal: Principal
  readonly trace: string
}

/** All that the key of an agent may do; what it may trade, its mandate says. */
const agentScopes: readonly Scope[] = ['read', 'trade']

/**
 * Makes an agent with its first mandate and its key, once confirmed. The same key again is the same agent, so that a request that is
 * repeated with its confirmation makes no second one.
 */
export async function createAgent(
  deps: AuthenticatorDeps,
  { principal, trace }: Asking,
  wanted: { name: string; publicKey: string; mandate: Mandate },
  confirmed: Confirmed,
): Answer<{ agent: Agent; keyId: string }> {
  const owner = principal.onliId
  const made = await deps.database.transaction(async (tx): Answer<{ agent: Agent; keyId: string }> => {
    const nowMs = deps.clock.now()
    const allowed = await mayLoosen(deps, tx, principal, confirmed)
    if (!allowed.ok) return allowed
    const before = await agentOfKey(tx, owner, wanted.publicKey)
    if (before) return ok({ agent: await agentAt(tx, owner, before.agentId), keyId: before.keyId })
    if (wanted.mandate.expiresAtMs !== undefined && wanted.mandate.expiresAtMs <= nowMs)
      return refuse('invalid_request', past)
    if ((await countAgents(tx, owner)) >= maxAgents)
      return refuse('too_many_agents', `You have ${maxAgents} agents. Revoke one first.`)
    if ((await countKeysInUse(tx, owner, nowMs)) >= maxKeysInUse)
      return refuse('forbidden', `A user has at most ${maxKeysInUse} keys in use. Revoke one first.`)
    const agentId = `agt_${Buffer.from(deps.ids.bytes(16)).toString('hex')}`
    const by = actorOf(principal)
    await insertAgent(tx, { agentId, owner, name: wanted.name, by, atMs: nowMs })
    await insertMandate(tx, {
      agentId,
      version: 1,
      mandate: wanted.mandate,
      by,
      confirmedBy: allowed.value.by,
      atMs: nowMs,
    })
    const grant = {
      alg: 'ed25519' as const,
      publicKey: wanted.publicKey,
      scopes: agentScopes,
      limits: { agent: agentId },
      schemes: ['rfc9421' as const],
      expiresAtMs: undefined,
    }
    const { key } = await addKey(deps, tx, { onliId: owner, grant, madeBy: by, nowMs })
    return ok({ agent: await agentAt(tx, owner, agentId), keyId: key.keyId })
  })
  if (made.ok) await announceChange(deps, owner, trace)
  return made
}

/** Sets the next mandate of an agent. One that only narrows the one in force needs no confirmation. `replaces`: the version that was read. */
export async function setMandate(
  deps: AuthenticatorDeps,
  { principal }: Asking,
  wanted: { agentId: string; mandate: Mandate; replaces: number },
  confirmed: Confirmed,
): Answer<Agent> {
  const owner = principal.onliId
  return await deps.database.transaction(async (tx): Answer<Agent> => {
    const nowMs = deps.clock.now()
    const agent = await lockAgent(tx, owner, wanted.agentId)
    if (!agent) return refuse('not_found', noAgent)
    if (agent.own === 'revoked') return refuse('precondition_failed', revoked)
    if (agent.mandateVersion !== wanted.replaces)
      return refuse(
        'precondition_failed',
        `Version ${agent.mandateVersion} is in force. Read it again before you replace it.`,
      )
    if (wanted.mandate.expiresAtMs !== undefined && wanted.mandate.expiresAtMs <= nowMs)
      return refuse('invalid_request', past)
    const narrows = agent.mandate !== undefined && coversMandate(agent.mandate, wanted.mandate)
    const allowed = narrows ? await mayNarrow(deps, tx, principal) : await mayLoosen(deps, tx, principal, confirmed)
    if (!allowed.ok) return allowed
    const { agentId, mandate } = wanted
    const confirmedBy = allowed.value.by
    const version = agent.mandateVersion + 1
    await insertMandate(tx, { agentId, version, mandate, by: actorOf(principal), confirmedBy, atMs: nowMs })
    return ok(await agentAt(tx, owner, agentId))
  })
}

/** Pauses or revokes an agent, at once. Revoking is for ever, and revokes its keys. */
export async function stopAgent(
  deps: AuthenticatorDeps,
  { principal, trace }: Asking,
  { agentId, status }: { agentId: string; status: 'paused' | 'revoked' },
): Answer<Agent> {
  const owner = principal.onliId
  const stopped = await deps.database.transaction(async (tx): Answer<Agent> => {
    const nowMs = deps.clock.now()
    if (!(await lockAgent(tx, owner, agentId))) return refuse('not_found', noAgent)
    const allowed = await mayNarrow(deps, tx, principal)
    if (!allowed.ok) return allowed
    await setAgentStatus(tx, agentId, status, nowMs)
    if (status === 'revoked') await revokeKeysOf(tx, agentId, actorOf(principal), nowMs)
    return ok(await agentAt(tx, owner, agentId))
  })
  if (stopped.ok) await announceChange(deps, owner, trace)
  return stopped
}

/** Resumes a paused agent, once confirmed. `changedAtMs`: when it was paused, so that a confirmation resumes it once. */
export async function resumeAgent(
  deps: AuthenticatorDeps,
  { principal }: Asking,
  { agentId, changedAtMs }: { agentId: string; changedAtMs: number },
  confirmed: Confirmed,
): Answer<Agent> {
  const owner = principal.onliId
  return await deps.database.transaction(async (tx): Answer<Agent> => {
    const agent = await lockAgent(tx, owner, agentId)
    if (!agent) return refuse('not_found', noAgent)
    if (agent.own === 'revoked') return refuse('precondition_failed', revoked)
    const allowed = await mayLoosen(deps, tx, principal, confirmed)
    if (!allowed.ok) return allowed
    if (agent.changedAtMs !== changedAtMs)
      return refuse('precondition_failed', 'The agent has changed since. Read it again, and confirm what it is now.')
    await setAgentStatus(tx, agentId, 'active', deps.clock.now())
    return ok(await agentAt(tx, owner, agentId))
  })
}

/** Stops all agents of a user at once, those that are made later too. */
export async function stopAll(
  deps: AuthenticatorDeps,
  { principal }: Asking,
  reason: string,
): Answer<{ stoppedAtMs: number }> {
  const scope = `owner:${principal.onliId}`
  return await deps.database.transaction(async (tx): Answer<{ stoppedAtMs: number }> => {
    await lockUser(tx, principal.onliId)
    const allowed = await mayNarrow(deps, tx, principal)
    if (!allowed.ok) return allowed
    await insertStop(tx, { scope, stoppedAtMs: deps.clock.now(), stoppedBy: actorOf(principal), reason })
    const stop = await lockStop(tx, scope)
    assert(stop !== undefined, 'the stop is there')
    return ok({ stoppedAtMs: stop.stoppedAtMs })
  })
}

/** Ends the stop of a user, once confirmed. Agents that are paused stay paused. */
export async function resumeAll(
  deps: AuthenticatorDeps,
  { principal }: Asking,
  stoppedAtMs: number,
  confirmed: Confirmed,
): Answer<true> {
  const scope = `owner:${principal.onliId}`
  return await deps.database.transaction(async (tx): Answer<true> => {
    await lockUser(tx, principal.onliId)
    const allowed = await mayLoosen(deps, tx, principal, confirmed)
    if (!allowed.ok) return allowed
    const stop = await lockStop(tx, scope)
    if (stop?.stoppedAtMs !== stoppedAtMs)
      return refuse('precondition_failed', 'Your agents are not stopped since that time.')
    await deleteStop(tx, scope)
    return ok(true)
  })
}

const noAgent = 'You have no such agent.'
const revoked = 'The agent is revoked, for ever. Create another.'
const past = '`expiresAt` must lie in the future.'

/** An agent of this owner, under the owner's lock: its changes happen one after another. */
async function lockAgent(tx: Sql, owner: string, agentId: string): Promise<Agent | undefined> {
  await lockUser(tx, owner)
  return await findAgent(tx, owner, agentId)
}

async function agentAt(tx: Sql, owner: string, agentId: string): Promise<Agent> {
  const agent = await findAgent(tx, owner, agentId)
  assert(agent !== undefined, 'agents are never deleted')
  return agent
}

type May = Answer<{ readonly by: string | undefined }>

/** The asking key as it is now. */
async function mayNarrow(deps: AuthenticatorDeps, tx: Sql, principal: Principal): May {
  const key = await findKey(tx, principal.keyId)
  if (!key || !isUsable(key, deps.clock.now())) return refuse('key_revoked', 'The key was revoked meanwhile.')
  return ok({ by: undefined })
}

/** A key that is bounded itself gives no agent more than it has: only one without limits may ask, and a person confirms it. */
async function mayLoosen(
  deps: AuthenticatorDeps,
  tx: Sql,
  principal: Principal,
  { action, confirmation }: Confirmed,
): May {
  await lockUser(tx, principal.onliId)
  const usable = await mayNarrow(deps, tx, principal)
  if (!usable.ok) return usable
  if (principal.limits !== undefined || !principal.scopes.includes('trade'))
    return refuse('forbidden', 'This key is limited, or cannot trade. Give mandates with a key of yours that is not.')
  return await deps.confirm(tx).confirm(principal, action, confirmation)
}
