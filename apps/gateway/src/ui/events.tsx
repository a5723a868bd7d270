'use client'
import Link from 'next/link'
import { type ReactNode, useState } from 'react'
import { type EventLine, useEvents } from '../lib/account.ts'
import { when } from '../lib/format.ts'
import { eventInWords, stateWords } from '../lib/words.ts'
import { Private } from './private.tsx'
import { Empty, Loading, Problem } from './states.tsx'

export function Activity(): ReactNode {
  return <Private title="Activity">{() => <AllEvents />}</Private>
}

function AllEvents(): ReactNode {
  const [before, setBefore] = useState<string>()
  const { data, error, refetch } = useEvents(before === undefined ? {} : { before })
  if (error && !data) return <Problem error={error} retry={() => void refetch()} />
  if (!data) return <Loading what="your events" />
  const { nextBefore } = data
  return (
    <>
      <EventLines events={data.events} />
      <p className="mt-4 flex gap-3">
        {before === undefined ? undefined : (
          <button
            type="button"
            className="button"
            data-size="small"
            onClick={() => {
              setBefore(undefined)
            }}
          >
            Newest
          </button>
        )}
        {nextBefore === undefined ? undefined : (
          <button
            type="button"
            className="button"
            data-size="small"
            onClick={() => {
              setBefore(nextBefore)
            }}
          >
            Older
          </button>
        )}
      </p>
    </>
  )
}

const badges = { completed: 'text-good', failed: 'text-bad', disputed: 'text-bad', open: 'text-warn' } as const

/** An event that waits for its payment is paid on the page of its quote. */
function addressOf({ eventId, ended, event }: EventLine): string {
  const quote = event?.payWith?.['quote']
  return ended === undefined && quote !== undefined ? `/quotes/${quote}` : `/events/${eventId}`
}

export function EventLines({ events }: { events: readonly EventLine[] }): ReactNode {
  if (events.length === 0)
    return (
      <Empty href="/buy" action="Buy your first units">
        Nothing has happened yet.
      </Empty>
    )
  return (
    <ul className="divide-y divide-line border-y border-line">
      {events.map((one) => (
        <li key={one.eventId}>
          <Link
            href={addressOf(one)}
            prefetch={false}
            className="flex flex-wrap items-baseline justify-between gap-x-6 py-3 hover:bg-sunken"
          >
            <span className="font-medium">{eventInWords(one.event ?? {})}</span>
            <span className="flex gap-4 text-sm text-muted">
              <span className={badges[one.ended ?? 'open']}>
                {one.ended === undefined ? 'Under way' : (stateWords[one.ended] ?? one.ended)}
              </span>
              <span>{when(one.acceptedAt)}</span>
            </span>
          </Link>
        </li>
      ))}
    </ul>
  )
}
