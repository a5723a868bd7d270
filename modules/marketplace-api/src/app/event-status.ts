import {
  type Awaiting,
  type EndState,
  type EventKeyRow,
  type StageMark,
  type State,
  awaitedThings,
  endStates,
  catalogueEntry,
  lifecycle,
  states,
} from '@species/contracts'
import { Problem } from '@species/http'
import { z } from 'zod'
import { marketplaceQueries } from '../adapters/event-queries.ts'
import type { MarketplaceApiDeps } from './deps.ts'

export const refusalSchema = z.strictObject({
  code: z.string(),
  title: z.string(),
  detail: z.string(),
  retryable: z.boolean().describe('whether the same under a new eventId may succeed later'),
  more: z.string().describe('the page about this code'),
})

/** How an event stands, as its owner is told: by `GET`, by its stream and by the command line. */
export const eventStatusSchema = z.strictObject({
  eventId: z.string(),
  state: z.enum(states),
  ended: z.enum(endStates).optional(),
  since: z.string().describe('when this state was reached'),
  waitingOn: z.enum(awaitedThings).optional().describe('what is awaited, as a word for programs'),
  waitingFor: z.string().optional().describe('what is awaited, and whether you have to do something'),
  waitingUntil: z.string().optional().describe('until when it is awaited'),
  confirmations: z
    .strictObject({ have: z.number(), need: z.number() })
    .optional()
    .describe('of the payment, while they are awaited'),
  refusal: refusalSchema.optional().describe('why nothing will move, as the receipt will say or says'),
})
export type EventStatus = z.infer<typeof eventStatusSchema>

/** Asks every module how far it has brought the event: the newest mark is the state. No row is written for it. */
export async function statusOf(deps: Pick<MarketplaceApiDeps, 'stages'>, row: EventKeyRow): Promise<EventStatus> {
  const found = await Promise.all(deps.stages.map((stageOf) => stageOf(row.eventKey)))
  const marks = found.filter((mark) => mark !== undefined)
  const accepted: StageMark = { state: 'accepted', atMs: row.acceptedAtMs }
  const newest = marks.reduce((best, mark) => (later(mark, best) ? mark : best), accepted)
  const state = row.ended ?? newest.state
  return {
    eventId: row.eventId,
    state,
    ...(row.ended === undefined ? {} : { ended: row.ended }),
    since: new Date(newest.atMs).toISOString(),
    ...(row.ended === undefined && newest.awaiting ? waitOf(newest.awaiting, newest.untilMs) : {}),
    ...(isRefused(state, row.ended) ? refusalOf(newest, marks) : {}),
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

function waitOf(
  { what, text, confirmations }: Awaiting,
  untilMs: number | undefined,
): Pick<EventStatus, 'waitingOn' | 'waitingFor' | 'waitingUntil' | 'confirmations'> {
  return {
    waitingOn: what,
    waitingFor: text,
    ...(untilMs === undefined ? {} : { waitingUntil: new Date(untilMs).toISOString() }),
    ...(confirmations ? { confirmations } : {}),
  }
}

/** On the road back, or at its end: a refusal that came after a delivery attempt was only a wish, and is not told. */
function isRefused(state: State, ended: EndState | undefined): boolean {
  return ended === 'failed' || lifecycle.some((row) => row.state === state && row.road === 'backward')
}

function refusalOf(newest: StageMark, marks: readonly StageMark[]): Pick<EventStatus, 'refusal'> {
  const said = newest.refusal ?? marks.find((mark) => mark.refusal !== undefined)?.refusal
  return said ? { refusal: refusalView(said) } : {}
}

/** A refusal with what the catalogue says about its code. */
export function refusalView({ code, detail }: { code: string; detail: string }): z.infer<typeof refusalSchema> {
  const { title, retryable } = catalogueEntry(code)
  return { code, title, detail, retryable, more: `/errors/${code}` }
}
