'use client'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { grouped, usdt } from '../lib/format.ts'
import { useQuotes } from '../lib/quotes.ts'
import { Countdown } from './countdown.tsx'

/** The quotes that still hold units; nothing where there are none. */
export function OpenQuotes(): ReactNode {
  const { data } = useQuotes()
  const open = data?.quotes.filter(({ state }) => state === 'open' || state === 'seen') ?? []
  if (open.length === 0) return undefined
  return (
    <section className="mt-10" aria-labelledby="quotes">
      <h2 id="quotes">Your quotes</h2>
      <ul className="divide-y divide-line border-y border-line">
        {open.map((one) => (
          <li key={one.quoteId}>
            <Link
              href={`/quotes/${one.quoteId}`}
              prefetch={false}
              className="flex flex-wrap items-baseline justify-between gap-x-6 py-3 hover:bg-sunken"
            >
              <span className="font-medium">
                {grouped(one.units)} units for {usdt(one.amount)} USDT on {one.payTo.chain}
              </span>
              <span className="text-sm">
                {one.state === 'seen' ? 'payment seen' : <Countdown until={one.expiresAt} />}
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  )
}
