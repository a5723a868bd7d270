'use client'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { useBalance, useEvents } from '../lib/account.ts'
import { grouped, usdt } from '../lib/format.ts'
import { EventLines } from './events.tsx'
import { AsOf, Loading, Problem, Unknown } from './states.tsx'

/** What the signed-in user has, what waits for them, and what happened last. */
export function Account({ onliId }: { onliId: string }): ReactNode {
  const balance = useBalance(onliId)
  const open = useEvents({ open: true, limit: 5 })
  const events = useEvents({ limit: 5 })
  const { data } = balance
  return (
    <>
      <h1>{onliId}</h1>
      {balance.error && !data ? (
        <div className="mt-4">
          <Problem error={balance.error} retry={() => void balance.refetch()} />
        </div>
      ) : (
        <dl className="mt-4 grid gap-3 sm:grid-cols-3">
          <Figure
            name="Units"
            value={data && grouped(data.species.available)}
            held={data?.species.held}
            unit="SPECIES"
          />
          <Figure
            name="Credit"
            value={data && usdt(data.usdt.credit.available)}
            held={data && usdt(data.usdt.credit.held)}
            unit="USDT"
          />
          <Figure name="Owed to you" value={data && usdt(data.usdt.payable)} unit="USDT" />
        </dl>
      )}
      {data && /[1-9]/.test(data.usdt.receivable) ? (
        <p className="mt-3 rounded-lg bg-warn-soft p-3 text-warn">
          You owe {usdt(data.usdt.receivable)} USDT: a payment that was credited to you vanished from its chain.
        </p>
      ) : undefined}
      <AsOf at={balance.dataUpdatedAt === 0 ? undefined : balance.dataUpdatedAt} />
      <ul className="mt-3 flex flex-wrap gap-3">
        {actions.map(([href, label]) => (
          <li key={href}>
            <Link href={href} prefetch={false} className="button" data-kind={href === '/buy' ? 'main' : undefined}>
              {label}
            </Link>
          </li>
        ))}
      </ul>
      {open.data && open.data.events.length > 0 ? (
        <section className="mt-8" aria-labelledby="waiting">
          <h2 id="waiting">Under way</h2>
          <EventLines events={open.data.events} />
        </section>
      ) : undefined}
      <section className="mt-8" aria-labelledby="recent">
        <h2 id="recent">Recent events</h2>
        {events.error && !events.data ? (
          <Problem error={events.error} retry={() => void events.refetch()} />
        ) : events.data ? (
          <EventLines events={events.data.events} />
        ) : (
          <Loading what="your events" />
        )}
      </section>
      <h2 className="mt-8">The market now</h2>
    </>
  )
}

const actions = [
  ['/buy', 'Buy'],
  ['/sell', 'Sell'],
  ['/transfer', 'Transfer'],
  ['/redeem', 'Redeem'],
  ['/withdraw', 'Withdraw'],
] as const

function Figure({
  name,
  value,
  held,
  unit,
}: {
  name: string
  value: string | undefined
  held?: string | undefined
  unit: string
}): ReactNode {
  return (
    <div className="card">
      <dt className="text-sm text-muted">{name}</dt>
      <dd className="mt-1 text-2xl font-semibold">
        {value ?? <Unknown />} <span className="text-base font-normal text-muted">{unit}</span>
      </dd>
      {held !== undefined && /[1-9]/.test(held) ? (
        <dd className="text-sm text-muted">and {held} set aside for events under way</dd>
      ) : undefined}
    </div>
  )
}
