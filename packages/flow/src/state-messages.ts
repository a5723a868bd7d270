import {
  type Dossier,
  type DossierState,
  type EndNotice,
  type EndState,
  type EventRefusal,
  type ReviewNotice,
  type Section,
  type SectionOf,
  type StateBodies,
  type WaitingNotice,
  type With,
  stateSections,
} from '@species/contracts'
import { partitionOf } from '@species/kernel'
import type { Outgoing } from '@species/bus'

/** What a message follows from: the message or the stored row that set it off. */
export interface Cause {
  readonly trace: string
}

/** The sections that are certainly there. */
type Known<D> = { [K in keyof D]-?: undefined extends D[K] ? never : K }[keyof D]
/** What a state needs and the dossier does not have yet; other sections may come along. */
type Added<S extends DossierState, D> = With<Exclude<SectionOf<S>, Known<D>>> & Partial<Pick<Dossier, Section>>

/** The body with which an event reaches a state: what was known of it, the sections that the state adds, and when. */
export function reach<S extends DossierState, D extends Dossier>(
  state: S,
  dossier: D,
  added: Added<S, D>,
  atMs: number,
): StateBodies[S] {
  const body: Dossier = { ...dossier, ...added, times: { ...dossier.times, [state]: atMs } }
  return body as StateBodies[S]
}

/** The event goes on to the next state: the message with the section that the caller adds. `atMs` is when that was decided. */
export function advance<S extends DossierState, D extends Dossier>(
  state: S,
  cause: Cause,
  dossier: D,
  added: Added<S, D>,
  atMs: number,
): Outgoing<S> {
  return message(state, cause, dossier, reach(state, dossier, added, atMs))
}

/** The event is refused: the road back begins. */
export function refuse(cause: Cause, dossier: Dossier, refusal: EventRefusal, atMs: number): Outgoing<'refused'> {
  return message('refused', cause, dossier, reach('refused', dossier, { refusal }, atMs))
}

/** The event waits, and the sweeper leaves it alone until `untilMs`. */
export function wait(
  cause: Cause,
  { eventKey, owner, eventId }: Pick<Dossier, 'eventKey' | 'owner' | 'eventId'>,
  { by, reason, untilMs }: Pick<WaitingNotice, 'by' | 'reason' | 'untilMs'>,
): Outgoing<'waiting'> {
  return message('waiting', cause, { eventKey, owner }, { eventKey, owner, eventId, by, reason, untilMs })
}

/** Facts disagree: an operator decides. The dossier is what the event goes on with after that. */
export function review(
  cause: Cause,
  dossier: Dossier,
  { by, reason, facts }: Pick<ReviewNotice, 'by' | 'reason' | 'facts'>,
): Outgoing<'review'> {
  return message('review', cause, dossier, { eventKey: dossier.eventKey, by, reason, facts, dossier })
}

/** The event has ended, and this is its receipt. */
export function end<S extends EndState>(state: S, cause: Cause, notice: EndNotice): Outgoing<S> {
  return message(state, cause, notice, notice as StateBodies[S])
}

/** A stored body, as the message that it was; none where it lacks what its state carries. */
export function fromStored<S extends DossierState>(state: S, cause: Cause, stored: Dossier | undefined): Outgoing<S>[] {
  const sections: readonly Section[] = stateSections[state]
  if (stored === undefined || sections.some((section) => stored[section] === undefined)) return []
  return [message(state, cause, stored, stored as StateBodies[S])]
}

function message<S extends keyof StateBodies>(
  topic: S,
  { trace }: Cause,
  { eventKey, owner }: Pick<Dossier, 'eventKey' | 'owner'>,
  body: StateBodies[S],
): Outgoing<S> {
  return { topic, key: eventKey, partition: partitionOf(owner), trace, body } as unknown as Outgoing<S>
}
