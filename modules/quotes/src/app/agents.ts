import type { AgentStanding, Principal } from '@species/contracts'
import type { QuoteRow } from '../adapters/quote-rows.ts'
import type { QuotesDeps } from './deps.ts'

/** Who asks: a user by one of their keys, or an agent of theirs by its own. */
export type Actor = Pick<Principal, 'onliId' | 'keyId' | 'limits'>

/** Whether a quote is the asker's to act on: a user's own, however it was made; for an agent only what its key made. */
export function mayActOn(quote: QuoteRow | undefined, { onliId, keyId, limits }: Actor): quote is QuoteRow {
  return quote?.owner === onliId && (limits?.agent === undefined || quote.keyId === keyId)
}

/** The agent that asks, as it stands; undefined where a person does. */
export async function agentOf(
  { authenticator }: Pick<QuotesDeps, 'authenticator'>,
  { limits }: Pick<Actor, 'limits'>,
): Promise<{ standing: AgentStanding | undefined } | undefined> {
  if (limits?.agent === undefined) return undefined
  return { standing: (await authenticator.agents([limits.agent])).get(limits.agent) }
}
