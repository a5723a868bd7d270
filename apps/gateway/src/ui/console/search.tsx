'use client'
import Link from 'next/link'
import { useSearchParams } from 'next/navigation'
import type { ReactNode } from 'react'
import { useAdmin } from '../../lib/admin.ts'
import { Empty } from '../states.tsx'
import { id } from './facts.tsx'
import { Answer, ConsolePage } from './frame.tsx'

interface Hit {
  readonly kind: string
  readonly id: string
  readonly eventKey?: string
  readonly text: string
}

export function SearchPage(): ReactNode {
  const q = useSearchParams().get('q') ?? ''
  return (
    <ConsolePage title="Search">
      {q === '' ? <Empty>Write a whole id in the box above.</Empty> : <Hits q={q} />}
    </ConsolePage>
  )
}

function Hits({ q }: { q: string }): ReactNode {
  const hits = useAdmin<{ hits: readonly Hit[] }>(`/search?q=${encodeURIComponent(q)}`, 30_000)
  return (
    <Answer of={hits} what="what was found">
      {(data) =>
        data.hits.length === 0 ? (
          <Empty>Nothing has this id: {q}. Ids are compared whole; an event of a user is found by “user/event”.</Empty>
        ) : (
          <ul className="divide-y divide-line border-y border-line">
            {data.hits.map((one) => (
              <li key={`${one.kind} ${one.id}`} className="py-3">
                <Link href={addressOf(one)} prefetch={false} className="link">
                  {one.text}
                </Link>{' '}
                {id(one.id)}
              </li>
            ))}
          </ul>
        )
      }
    </Answer>
  )
}

function addressOf(one: Hit): string {
  if (one.eventKey !== undefined) return `/console/events/${one.eventKey}`
  if (one.kind === 'user' || one.kind === 'wallet') return `/console/users/${one.id}`
  if (one.kind === 'payout') return `/console/payouts/${one.id}`
  if (one.kind === 'listing') return `/listings/${one.id}`
  return '/console/money'
}
