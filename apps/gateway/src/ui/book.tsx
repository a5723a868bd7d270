'use client'
import Link from 'next/link'
import { type ReactNode, useState } from 'react'
import { grouped, usdt, when } from '../lib/format.ts'
import { type Listing, useBook, useCandles, useListings } from '../lib/market.ts'
import { useSession } from '../lib/session.tsx'
import { Depth, PriceChart } from './charts.tsx'
import { AsOf, Empty, Loading, Problem, Scroll } from './states.tsx'
import { LastTrades } from './trades.tsx'

export function BookPage(): ReactNode {
  return (
    <>
      <h1>Market</h1>
      <div className="mt-5 grid gap-6 md:grid-cols-2">
        <section aria-labelledby="depth" className="card">
          <h2 id="depth">For sale, by price</h2>
          <DepthOfBook />
        </section>
        <section aria-labelledby="price" className="card">
          <h2 id="price">Price between owners</h2>
          <Prices />
        </section>
      </div>
      <section aria-labelledby="listings" className="mt-8">
        <h2 id="listings">Listings</h2>
        <Listings />
      </section>
      <section aria-labelledby="trades" className="mt-8">
        <h2 id="trades">Last trades</h2>
        <LastTrades />
      </section>
    </>
  )
}

function DepthOfBook(): ReactNode {
  const { data, error, refetch } = useBook()
  if (error && !data) return <Problem error={error} retry={() => void refetch()} />
  if (!data) return <Loading what="what is for sale" />
  if (data.levels.length === 0)
    return (
      <Empty href="/sell" action="Put units up for sale">
        No owner offers units now. The treasury sells at its own price.
      </Empty>
    )
  return (
    <>
      <Depth levels={data.levels} />
      {data.levels.length < 3 ? (
        <p className="mt-2 text-sm text-muted">
          A thin market: {data.levels.length === 1 ? 'one price' : `${data.levels.length} prices`} in all.
        </p>
      ) : undefined}
      {data.more ? <p className="mt-2 text-sm text-muted">More is for sale at higher prices.</p> : undefined}
      <AsOf at={data.asOf} />
    </>
  )
}

const spans = [
  ['1m', 'Minutes'],
  ['1h', 'Hours'],
  ['1d', 'Days'],
] as const

function Prices(): ReactNode {
  const [interval, choose] = useState<string>('1h')
  const { data, error, refetch } = useCandles(interval)
  return (
    <>
      <div role="group" aria-label="One point for each" className="mb-3 flex gap-2">
        {spans.map(([value, label]) => (
          <button
            key={value}
            type="button"
            className="button"
            data-size="small"
            aria-pressed={interval === value}
            data-kind={interval === value ? 'main' : undefined}
            onClick={() => {
              choose(value)
            }}
          >
            {label}
          </button>
        ))}
      </div>
      {error && !data ? (
        <Problem error={error} retry={() => void refetch()} />
      ) : !data ? (
        <Loading what="prices" />
      ) : data.candles.length === 0 ? (
        <Empty>No owner has sold to another yet, so there is no price to draw.</Empty>
      ) : (
        <>
          <PriceChart candles={data.candles} />
          <AsOf at={data.asOf} />
        </>
      )}
    </>
  )
}

function Listings(): ReactNode {
  const { session } = useSession()
  if (session.state === 'out')
    return (
      <Empty href="/sign-in" action="Sign in">
        Who offers what is shown to those who are signed in.
      </Empty>
    )
  return <SignedListings />
}

function SignedListings(): ReactNode {
  const { data, error, refetch } = useListings()
  if (error && !data) return <Problem error={error} retry={() => void refetch()} />
  if (!data) return <Loading what="listings" />
  if (data.listings.length === 0)
    return (
      <Empty href="/sell" action="Put units up for sale">
        There are no listings now.
      </Empty>
    )
  return (
    <Scroll label="Listings">
      <table className="table">
        <thead>
          <tr>
            <th scope="col" className="number">
              USDT for one
            </th>
            <th scope="col" className="number">
              Units left
            </th>
            <th scope="col">Seller</th>
            <th scope="col">Until</th>
            <th scope="col">
              <span className="sr-only">Open</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {data.listings.map((one) => (
            <Row key={one.listingId} one={one} />
          ))}
        </tbody>
      </table>
    </Scroll>
  )
}

function Row({ one }: { one: Listing }): ReactNode {
  return (
    <tr>
      <td className="number">{usdt(one.unitPrice)}</td>
      <td className="number">{grouped(one.unitsAvailable)}</td>
      <td className="break-all">{one.seller}</td>
      <td>{when(one.expiresAt)}</td>
      <td className="text-right">
        <Link href={`/listings/${one.listingId}`} prefetch={false} className="link">
          Open
        </Link>
      </td>
    </tr>
  )
}
