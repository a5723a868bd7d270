'use client'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useMarket } from '../lib/market.ts'
import { AsOf, Problem, Unknown } from './states.tsx'

interface Health {
  readonly status: string
  readonly [name: string]: unknown
}

/** What the marketplace says of itself. A marketplace that is down says nothing, and that is shown as what it is. */
export function Status(): ReactNode {
  const health = useQuery({
    queryKey: ['health'],
    queryFn: async ({ signal }) => {
      // Also "not healthy" is an answer, with another status.
      const response = await fetch('/health', { cache: 'no-store', signal })
      return { body: (await response.json()) as Health, readAt: Date.now() }
    },
    refetchInterval: 5_000,
    retry: false,
  })
  const market = useMarket()
  const halted = market.data?.chains.filter((one) => one.halted) ?? []
  const closed = market.data?.chains.filter((one) => !one.open) ?? []
  return (
    <>
      <h1>Status</h1>
      {health.error ? (
        <div className="mt-4">
          <Problem error={health.error} retry={() => void health.refetch()} />
        </div>
      ) : undefined}
      <dl className="mt-5 grid gap-3 sm:grid-cols-3">
        <Fact name="Marketplace" value={health.data?.body.status} />
        <Fact
          name="Trading"
          value={market.data && (market.data.trading === 'on' ? 'open' : 'halted: no new events are taken')}
        />
        <Fact
          name="Payments"
          value={
            market.data &&
            (halted.length + closed.length === 0
              ? 'taken on every chain'
              : [
                  ...halted.map((one) => `${one.chain}: halted, payments wait`),
                  ...closed.map((one) => `${one.chain}: closed`),
                ].join('; '))
          }
        />
      </dl>
      <Parts health={health.data?.body} />
      <AsOf at={health.data?.readAt} />
    </>
  )
}

function Fact({ name, value }: { name: string; value: string | undefined }): ReactNode {
  return (
    <div className="card">
      <dt className="text-sm text-muted">{name}</dt>
      <dd className="mt-1 text-lg font-semibold">{value ?? <Unknown />}</dd>
    </div>
  )
}

function Parts({ health }: { health: Health | undefined }): ReactNode {
  const rows = Object.entries(health ?? {}).filter(([name]) => name !== 'status')
  if (rows.length === 0) return undefined
  return (
    <dl className="mt-6 grid grid-cols-[auto_1fr] gap-x-6 gap-y-1.5">
      {rows.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-muted">{name}</dt>
          <dd className="min-w-0 break-words">{typeof value === 'object' ? JSON.stringify(value) : String(value)}</dd>
        </div>
      ))}
    </dl>
  )
}
