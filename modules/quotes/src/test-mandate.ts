import type { Principal } from '@species/contracts'
import { ok, refuse } from '@species/kernel'
import type { QuotesDeps } from './app/deps.ts'

export const agentId = `agt_${'0'.repeat(32)}`

/** A mandate in a few words: an agent that is active, with an intent, chains and units that it may ask for. */
export const withinMandate: QuotesDeps['preview']['withinMandate'] = (standing, owner, _nowMs, asked) => {
  if (standing?.owner !== owner || standing.status !== 'active') return refuse('agent_stopped', 'stopped')
  const { mandate } = standing
  if (!mandate) return refuse('mandate_required', 'no mandate')
  if (!asked) return ok(undefined)
  const { intent, event, match } = asked.dossier
  const chain = event.payWith?.chain
  const allowed =
    mandate.intents?.includes(intent) !== false &&
    (chain === undefined || mandate.chains?.includes(chain) !== false) &&
    match.units <= (mandate.units?.perTrade ?? match.units) &&
    match.totalMicro <= (mandate.prices?.buyAtMost ?? match.totalMicro) * match.units
  return allowed ? ok(undefined) : refuse('outside_mandate', 'outside')
}

/** `alice`, `alice#9` with a key that trades nine units at most, or `alice@key_2` with a key of an agent. */
export function principalOf(as: string): Principal {
  const [name = '', agentKey] = as.split('@')
  if (agentKey !== undefined)
    return { onliId: name, keyId: agentKey, scopes: ['read', 'trade'], limits: { agent: agentId } }
  const [onliId = '', most] = as.split('#')
  const limits = most === undefined ? {} : { limits: { unitsPerTrade: BigInt(most) } }
  return { onliId, keyId: 'key_1', scopes: ['read', 'trade'], ...limits }
}
