import { about } from '@species/bus'
import { lapsesDue, takeLapsed } from '../adapters/listing-rows.ts'
import type { MatchingDeps } from './deps.ts'

const maxPerRun = 100
/** A lapse is told again until its units are gone: the same lapse is the same event, however often it is told. */
const againMs = 10_000

/** When the job is next due. */
export const announcementsDue = lapsesDue(againMs)
/** So many lapses of one listing are no accident: its events keep coming to nothing. */
const alarmingLapses = 5

/** Tells of listings whose time is over, so that an event is minted that returns their units. */
export async function announceLapses(deps: MatchingDeps): Promise<void> {
  const lapsed = await takeLapsed(deps.database, deps.clock.now(), againMs, maxPerRun)
  if (lapsed.length === 0) return
  for (const one of lapsed.filter(({ lapse }) => lapse > alarmingLapses))
    deps.log.error(
      { listingId: one.listingId, seller: one.seller, lapse: one.lapse },
      'the units of a listing whose time is over cannot be given back: look at the events that tried',
    )
  await deps.bus.publish(
    lapsed.map((one) => {
      const trace = `00-${one.eventKey.replaceAll('-', '')}-${one.eventKey.replaceAll('-', '').slice(16)}-01`
      return about('listing.lapsed', { trace }, { key: one.listingId, partitionKey: one.seller }, one)
    }),
  )
}
