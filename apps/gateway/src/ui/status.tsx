'use client'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { when } from '../lib/format.ts'
import { useMarket } from '../lib/market.ts'
import { AsOf, Problem, Unknown } from './states.tsx'

interface Health {
  /** `ready`, or the status of the problem that it answered. */
  readonly status: string | number
  readonly detail?: string
  readonly parts?: Readonly<Record<string, { readonly state: string; readonly since?: string }>>
}

const words: Readonly<Record<string, string | undefined>> = {
  ready: 'works',
  degraded: 'works; something it depends on is down',
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
        <Fact
          name="Marketplace"
          value={health.data && (words[health.data.body.status] ?? health.data.body.detail ?? 'cannot work')}
        />
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
      <Parts parts={health.data?.body.parts} />
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

const partWords: Readonly<Record<string, string>> = {
  database: 'Database',
  nats: 'Messages (NATS)',
  redis: 'Shared caches (Redis)',
  moralis: 'Moralis, which reads the EVM chains',
  tron: 'TRON’s node',
  onli: 'Onli Cloud, where units are held',
}
const stateWordsOf: Readonly<Record<string, string>> = {
  up: 'works',
  down: 'cannot be reached: what needs it waits, nothing is lost',
  full: 'its disk is full: nothing can be written',
}

function Parts({ parts }: { parts: Health['parts'] }): ReactNode {
  if (!parts) return undefined
  return (
    <section className="mt-8" aria-labelledby="parts">
      <h2 id="parts">What it stands on</h2>
      <dl className="mt-2 divide-y divide-line border-y border-line">
        {Object.entries(parts).map(([name, { state, since }]) => (
          <div key={name} className="flex flex-wrap justify-between gap-x-6 py-2">
            <dt>{partWords[name] ?? name}</dt>
            <dd className={state === 'up' ? 'text-good' : 'font-semibold text-bad'}>
              {stateWordsOf[state] ?? state}
              {state === 'up' || since === undefined ? '' : `, since ${when(since)}`}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
