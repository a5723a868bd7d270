import type { Announcement, EndState, StoredReceipt } from '@species/contracts'
import type { Message } from '@species/bus'
import { formatUsdt } from '@species/kernel'
import { toTimestamp } from '@species/platform'
import { keysWith, listeningOwners, lockKeys } from '../adapters/outbox-rows.ts'
import { endNews, endTypes, paymentNews, reviewNews, waitNews } from '../domain/event-news.ts'
import { storeAnnouncements } from './announce.ts'
import type { WebhooksDeps } from './deps.ts'

/** The end of an event, from a message or from the receipts themselves. */
export interface End {
  readonly eventKey: string
  readonly receiptId: string
  readonly parties: readonly string[]
}

/** Events have ended: each party that listens is told, with the receipt as they may read it. Answers with the deliveries. */
export async function hearEnds(deps: WebhooksDeps, ends: readonly End[]): Promise<number> {
  const listening = await listeningOwners(deps.database, [...new Set(ends.flatMap(({ parties }) => parties))])
  if (listening.size === 0) return 0
  const news: Announcement[] = []
  for (const { receiptId, parties } of ends) {
    if (!parties.some((party) => listening.has(party))) continue
    const stored = await deps.queries.floorManager.receipt(receiptId)
    if (stored) news.push(...newsOf(deps, stored, listening))
  }
  return await store(deps, news)
}

function newsOf(deps: WebhooksDeps, stored: StoredReceipt, listening: ReadonlySet<string>): Announcement[] {
  const { eventKey, state } = stored
  const readers = new Set([stored.owner, ...stored.parties].filter((party) => listening.has(party)))
  return [...readers].map((onliId) =>
    endNews(onliId, eventKey, state, deps.presentReceipt(stored, { onliId, isOperator: false }).receipt),
  )
}

/** The end states' messages. */
export function hearEndNotices(deps: WebhooksDeps, batch: readonly Message<EndState>[]): Promise<number> {
  return hearEnds(
    deps,
    batch.map(({ body }) => body),
  )
}

/** Events wait: their owners are told for what, as the status says it. */
export async function hearWaits(deps: WebhooksDeps, batch: readonly Message<'waiting'>[]): Promise<number> {
  const listening = await listeningOwners(deps.database, [...new Set(batch.map(({ body }) => body.owner))])
  const news: Announcement[] = []
  for (const { body } of batch) {
    if (!listening.has(body.owner)) continue
    const mark = await deps.stages[body.by]?.(body.eventKey)
    const until = mark?.untilMs === undefined ? undefined : toTimestamp(mark.untilMs)
    if (mark?.awaiting) news.push(waitNews(body, mark.awaiting, until))
  }
  return await store(deps, news)
}

/** Operators have to look at events: their owners are told that they do. */
export async function hearReviews(deps: WebhooksDeps, batch: readonly Message<'review'>[]): Promise<number> {
  return await store(
    deps,
    batch.map(({ body: { dossier } }) => reviewNews(dossier)),
  )
}

/** Payments are claimed: the owners of their events are told, where they are the payers. */
export async function hearPayments(deps: WebhooksDeps, batch: readonly Message<'payment.claimed'>[]): Promise<number> {
  const listening = await listeningOwners(deps.database, [...new Set(batch.map(({ body }) => body.claim.payer))])
  const heard = batch.filter(({ body }) => listening.has(body.claim.payer))
  if (heard.length === 0) return 0
  const events = await deps.queries.marketplace.eventsByKey([...new Set(heard.map(({ body }) => body.eventKey))])
  const news = heard.flatMap(({ body: { eventKey, claim } }) => {
    const event = events.get(eventKey)
    return event?.owner === claim.payer ? [paymentNews(event, claim, formatUsdt(claim.amountMicro))] : []
  })
  return await store(deps, news)
}

/** Stores what is told of events, in one transaction. What comes late, after the end of its event, is not told any more. */
async function store(deps: WebhooksDeps, news: readonly Announcement[]): Promise<number> {
  if (news.length === 0) return 0
  const keys = news.map(({ key }) => key)
  return await deps.database.transaction(async (tx) => {
    await lockKeys(tx, keys)
    const ended = await keysWith(tx, keys, endTypes)
    const timely = news.filter(({ key, type }) => endTypes.includes(type) || !ended.has(key))
    return timely.length === 0 ? 0 : await storeAnnouncements(deps, tx, timely)
  })
}
