import { type EndState, type EventKeyRow, type StageMark, type State, states } from '@species/contracts'
import { Problem } from '@species/runtime'
import { marketplaceQueries } from '../adapters/event-keys.ts'
import type { MarketplaceApiDeps } from './deps.ts'

/** How an event stands, by the rows of those who worked on it. */
export interface EventStatus {
  readonly eventId: string
  readonly state: State
  readonly ended: EndState | undefined
  readonly since: string
  readonly waitingFor?: string
  readonly waitingUntil?: string
}

/** Asks every module how far it has brought the event: the newest mark is the state. No row is written for it. */
export async function statusOf(deps: Pick<MarketplaceApiDeps, 'stages'>, row: EventKeyRow): Promise<EventStatus> {
  const marks = await Promise.all(deps.stages.map((stageOf) => stageOf(row.eventKey)))
  const accepted: StageMark = { state: 'accepted', atMs: row.acceptedAtMs }
  const newest = marks
    .filter((mark) => mark !== undefined)
    .reduce((best, mark) => (later(mark, best) ? mark : best), accepted)
  const waits = row.ended === undefined && newest.state === 'waiting'
  return {
    eventId: row.eventId,
    state: row.ended ?? newest.state,
    ended: row.ended,
    since: new Date(newest.atMs).toISOString(),
    ...(waits && newest.reason !== undefined ? { waitingFor: newest.reason } : {}),
    ...(waits && newest.untilMs !== undefined ? { waitingUntil: new Date(newest.untilMs).toISOString() } : {}),
  }
}

/** The caller's own event; another owner's event with the same id does not exist for them. */
export async function ownEvent(
  deps: Pick<MarketplaceApiDeps, 'database'>,
  owner: string,
  eventId: string,
): Promise<EventKeyRow> {
  const row = await marketplaceQueries(deps.database).eventByOwner(owner, eventId)
  if (!row) throw new Problem('not_found', `You have no event ${eventId}.`)
  return row
}

function later(mark: StageMark, than: StageMark): boolean {
  return mark.atMs === than.atMs ? states.indexOf(mark.state) > states.indexOf(than.state) : mark.atMs > than.atMs
}
