import type { MarketplaceConfig, Match, StateBodies } from '@species/contracts'
import type { Result } from '@species/kernel'
import { type MatchRefusal, matchEvent, orderOf } from '../domain/match.ts'
import type { MatchingDeps } from './deps.ts'
import { isAtBestPrice, readBook } from './load-book.ts'

/** What an event would get of the market now, or why nothing. It locks and reserves nothing: another may be faster. */
export type MatchPreview = (
  dossier: StateBodies['validated'],
  config: MarketplaceConfig,
) => Promise<Result<Match, MatchRefusal>>

export function createMatchPreview(deps: Pick<MatchingDeps, 'database' | 'clock' | 'authenticator'>): MatchPreview {
  return async (dossier, config) => {
    const { from, to, putProceeds } = dossier.event
    const nowMs = deps.clock.now()
    const standings = await deps.authenticator(deps.database).standings([from, ...(to === undefined ? [] : [to])])
    const expiresAtMs = putProceeds?.expiresAt === undefined ? undefined : Date.parse(putProceeds.expiresAt)
    const request = { dossier, config, standings, nowMs, expiresAtMs }
    const read = await readBook(deps, deps.database, [request], nowMs)
    const order = isAtBestPrice(dossier) ? orderOf(request, undefined) : undefined
    return matchEvent(read.book, request, order?.ok ? { search: await read.search(order.value) } : {})
  }
}
