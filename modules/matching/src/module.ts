import { type Module, consumer } from '@species/flow'
import { announceLapses, announcementsDue } from './app/announce-lapses.ts'
import type { MatchingDeps } from './app/deps.ts'
import { consumeMatches, consumeUnheard, returnMatches, unheardDue } from './app/end-matches.ts'
import { matchEvents } from './app/match-events.ts'
import { holdsLeftDue } from './adapters/hold-rows.ts'
import { releaseLeft } from './app/unit-holds.ts'
import { withholdListings } from './app/withhold-listings.ts'

const maxBatch = 200

/** Matching: listings, prices, and who gets which units. */
export function createMatching(deps: MatchingDeps): Module {
  let lastSeller = ''
  return {
    name: 'matching',
    consumers: [
      consumer({
        name: 'matching-validated',
        topic: 'validated',
        maxBatch,
        handle: (batch) => matchEvents(deps, batch),
      }),
      consumer({
        name: 'matching-settled',
        topic: 'settled',
        maxBatch,
        handle: (batch) => consumeMatches(deps, batch),
      }),
      consumer({
        name: 'matching-released',
        topic: 'released',
        maxBatch,
        handle: (batch) => returnMatches(deps, batch),
      }),
    ],
    endpoints: [],
    jobs: [
      { name: 'listings-lapsed', everyMs: 1_000, due: announcementsDue, run: () => announceLapses(deps) },
      {
        name: 'listings-withheld',
        everyMs: 15_000,
        run: async () => {
          lastSeller = await withholdListings(deps, lastSeller)
        },
      },
      { name: 'holds-left', everyMs: 2_000, due: holdsLeftDue, run: () => releaseLeft(deps) },
      { name: 'settlements-unheard', everyMs: 15_000, due: unheardDue, run: () => consumeUnheard(deps) },
    ],
  }
}
