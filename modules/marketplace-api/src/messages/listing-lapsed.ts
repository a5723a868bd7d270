import type { Consumer } from '@species/bus'
import { consumer } from '@species/flow'
import type { createAccept } from '../app/accept-event.ts'

/** The owner of events the marketplace mints itself: a reserved name, so that no user can hold one of their ids. */
const mintedBy = { onliId: 'market', keyId: 'market' } as const

/** A listing's time is over: an event that returns its units is minted, with an id that the same lapse always has. */
export function listingLapsed(accept: ReturnType<typeof createAccept>): Consumer {
  return consumer({
    name: 'marketplace-api-listing-lapsed',
    topic: 'listing.lapsed',
    maxBatch: 100,
    handle: async (batch) => {
      await Promise.all(
        batch.map(async ({ body, trace }) => {
          const eventId = `lapse-${body.listingId}-${body.lapse}`
          const event = { eventId, from: body.seller, delist: body.listingId, lapsed: true as const }
          await accept({ principal: mintedBy, event, rawBody: JSON.stringify(event), trace })
        }),
      )
      return []
    },
  })
}
