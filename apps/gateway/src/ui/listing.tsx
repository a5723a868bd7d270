'use client'
import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { api } from '../lib/api.ts'
import { grouped, usdt, when } from '../lib/format.ts'
import type { Listing } from '../lib/market.ts'
import { Private } from './private.tsx'
import { AsOf, Loading, Problem } from './states.tsx'

export function ListingPage({ listingId }: { listingId: string }): ReactNode {
  return <Private title="Listing">{({ onliId }) => <OneListing listingId={listingId} onliId={onliId} />}</Private>
}

function OneListing({ listingId, onliId }: { listingId: string; onliId: string }): ReactNode {
  const { data, error, refetch } = useQuery({
    queryKey: ['listing', listingId],
    queryFn: ({ signal }) =>
      api<Listing & { asOf: string }>(`/marketplace/v1/listings/${encodeURIComponent(listingId)}`, { signal }),
    refetchInterval: 4_000,
  })
  if (error) return <Problem error={error} retry={() => void refetch()} />
  if (!data) return <Loading what="the listing" />
  return (
    <div className="card max-w-xl">
      <p className="text-2xl font-semibold">{usdt(data.unitPrice)} USDT for one unit</p>
      <dl className="mt-3 grid grid-cols-[auto_1fr] gap-x-6 gap-y-1.5">
        <dt className="text-muted">Left</dt>
        <dd>
          {grouped(data.unitsAvailable)} of {grouped(data.unitsTotal)} units
        </dd>
        <dt className="text-muted">Seller</dt>
        <dd className="break-all">{data.seller}</dd>
        <dt className="text-muted">Until</dt>
        <dd>{when(data.expiresAt)}</dd>
        <dt className="text-muted">Listing</dt>
        <dd className="id">{data.listingId}</dd>
      </dl>
      {data.seller === onliId ? (
        <p className="mt-4">
          It is yours.{' '}
          <Link href="/sell" prefetch={false} className="link">
            Take it back
          </Link>
        </p>
      ) : (
        <Link href={`/buy?listing=${data.listingId}`} prefetch={false} className="button mt-4" data-kind="main">
          Buy from it
        </Link>
      )}
      <AsOf at={data.asOf} />
    </div>
  )
}
