import type { InputOf, OutputOf } from './api.ts'
import { SpeciesError } from './species-error.ts'

/** An event as it is submitted. */
export type NewEvent = InputOf<'submitEvent'>['body']

/** What became of sending an event. Three of the four say for sure whether it was accepted. */
export type TradeOutcome = { readonly eventId: string } & (
  | { readonly outcome: 'accepted'; readonly accepted: OutputOf<'submitEvent'> }
  /** It was not accepted, and will not be unless you change something. */
  | { readonly outcome: 'refused'; readonly error: SpeciesError }
  /** It was not accepted. Send it later, under the same id or another. */
  | { readonly outcome: 'later'; readonly error: SpeciesError }
  /** It may have been accepted. Send the same event again under the same `eventId`, never under another: it happens once. */
  | { readonly outcome: 'unknown'; readonly error: SpeciesError }
)

/** An id for a new event. Keep it before you send the event: with it you can always find out what became of it. */
export function newEventId(): string {
  return crypto.randomUUID()
}

/** Sends an event, and says what became of that; throws only what is no answer of the way to the marketplace. */
export async function outcomeOf(
  event: NewEvent,
  submit: (event: NewEvent) => Promise<OutputOf<'submitEvent'>>,
): Promise<TradeOutcome> {
  const { eventId } = event
  try {
    return { outcome: 'accepted', eventId, accepted: await submit(event) }
  } catch (error) {
    if (!(error instanceof SpeciesError)) throw error
    return { outcome: error.outcome, eventId, error }
  }
}
