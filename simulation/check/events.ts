import type { Setting } from '../setting.ts'
import type { Facts } from './facts.ts'

/** Every accepted event has ended or is in review with a reason; nothing is parked; nobody's event is two. */
export function eventFindings({ callers }: Setting, { events, reviews, parked }: Facts): string[] {
  const found = parked.map(
    ({ consumer, key, attempts, cause }) => `${consumer} failed at ${key} ${attempts} times: ${cause}`,
  )
  for (const event of events) {
    if (event.ended !== undefined) continue
    const review = reviews.find((one) => one.eventKey === event.eventKey && one.open)
    if (!event.inReview)
      found.push(`${event.eventId} of ${event.owner} was accepted, has not ended and is in no review`)
    else if (!review || review.reason === '') found.push(`${event.eventId} is in review without a reason`)
  }
  for (const { event, eventKey } of callers.sent) {
    const rows = events.filter((one) => one.owner === event.from && one.eventId === event.eventId)
    // What was never answered may be there or not: the caller gave up.
    if (eventKey !== undefined && rows[0]?.eventKey !== eventKey)
      found.push(`${event.eventId} was answered with a key under which it is not kept`)
  }
  const known = new Set(callers.sent.map(({ event }) => `${event.from} ${event.eventId}`))
  for (const { owner, eventId } of events)
    if (owner !== 'market' && !known.has(`${owner} ${eventId}`)) found.push(`${eventId} of ${owner} was never sent`)
  return found
}
