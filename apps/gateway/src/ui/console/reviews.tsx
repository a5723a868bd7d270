'use client'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { useAdmin } from '../../lib/admin.ts'
import { when } from '../../lib/format.ts'
import { intentWords } from '../../lib/words.ts'
import { Empty } from '../states.tsx'
import { Action } from './action.tsx'
import { Facts, id } from './facts.tsx'
import { Answer, ConsolePage } from './frame.tsx'

interface Review {
  readonly eventKey: string
  readonly eventId?: string
  readonly owner?: string
  readonly intent?: string
  readonly raisedBy: string
  readonly reason: string
  readonly facts: Readonly<Record<string, string>>
  readonly openedAt: string
}

export function ReviewsPage(): ReactNode {
  const reviews = useAdmin<{ reviews: readonly Review[] }>('/reviews')
  return (
    <ConsolePage title="Reviews">
      <Answer of={reviews} what="the reviews">
        {(data) =>
          data.reviews.length === 0 ? (
            <Empty>No event waits for a person.</Empty>
          ) : (
            <ul className="grid gap-4">
              {data.reviews.map((one) => (
                <OneReview key={one.eventKey} one={one} />
              ))}
            </ul>
          )
        }
      </Answer>
    </ConsolePage>
  )
}

/** What each choice does, by what is asked. */
const choices = {
  validator: ['The payment counts for this event.', 'The payment is not claimed, and the event is refused.'],
  others: [
    'The units did change owner: the event settles on your word.',
    'The units did not change owner and never will: everything held is given back.',
  ],
} as const

function OneReview({ one }: { one: Review }): ReactNode {
  const [confirms, refuses] = choices[one.raisedBy === 'validator' ? 'validator' : 'others']
  const decide = (decision: 'confirm' | 'refuse') => (wish: { reason: string }) => ({
    path: `/reviews/${one.eventKey}`,
    body: { decision, reason: wish.reason },
  })
  return (
    <li className="card">
      <p className="text-lg font-semibold">{one.reason}</p>
      <p className="text-sm text-muted">
        asked by {one.raisedBy}, {when(one.openedAt)}
      </p>
      <div className="mt-3">
        <Facts
          rows={[
            [
              'Event',
              <Link key="e" href={`/console/events/${one.eventKey}`} prefetch={false} className="link id">
                {one.eventId ?? one.eventKey}
              </Link>,
            ],
            ['Owner', one.owner],
            ['What', one.intent === undefined ? undefined : (intentWords[one.intent] ?? one.intent)],
            ...Object.entries(one.facts).map(([name, value]) => [name, id(value)] as const),
          ]}
        />
      </div>
      <Action label="Confirm" says={confirms} call={decide('confirm')} />
      <Action label="Refuse" says={refuses} call={decide('refuse')} isRisk />
    </li>
  )
}
