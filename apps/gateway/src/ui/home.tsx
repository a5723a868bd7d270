'use client'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { usdt } from '../lib/format.ts'
import { useBook, useMarket } from '../lib/market.ts'
import { useSession } from '../lib/session.tsx'
import { Account } from './account.tsx'
import { AsOf, Problem, Unknown } from './states.tsx'
import { LastTrades } from './trades.tsx'

export function Home(): ReactNode {
  return (
    <>
      <Greeting />
      <Prices />
      <section className="mt-8" aria-labelledby="trades">
        <h2 id="trades">Last trades</h2>
        <LastTrades />
      </section>
    </>
  )
}

function Greeting(): ReactNode {
  const { session } = useSession()
  if (session.state === 'in' && session.key.scopes.includes('trade')) return <Account onliId={session.key.onliId} />
  return (
    <>
      <h1>SPECIES, traded in the open</h1>
      <p className="mt-2 max-w-2xl text-muted">
        Buy units from the treasury or from other owners, sell them, send them, or give them back for USDT. Each trade
        ends with a receipt that anyone can verify.
      </p>
    </>
  )
}

function Prices(): ReactNode {
  const market = useMarket()
  const book = useBook()
  if (market.error) return <Problem error={market.error} retry={() => void market.refetch()} />
  const best = book.data?.levels[0]
  return (
    <>
      <dl className="mt-6 grid gap-3 sm:grid-cols-3">
        <Figure name="From the treasury" value={market.data && `${usdt(market.data.treasuryPrice)} USDT`}>
          for one unit, as many as you want
        </Figure>
        <Figure
          name="Cheapest from other owners"
          value={book.data && (best ? `${usdt(best.unitPrice)} USDT` : 'None for sale')}
        >
          {best ? (
            <Link href="/book" prefetch={false} className="link">
              see the whole market
            </Link>
          ) : (
            'no owner offers units now'
          )}
        </Figure>
        <Figure name="Redeem" value={market.data && `${usdt(market.data.redeemPrice)} USDT`}>
          what the liquidity pool pays for one unit
        </Figure>
      </dl>
      <AsOf at={market.data?.asOf} />
    </>
  )
}

function Figure({
  name,
  value,
  children,
}: {
  name: string
  value: string | undefined
  children: ReactNode
}): ReactNode {
  return (
    <div className="card">
      <dt className="text-sm text-muted">{name}</dt>
      <dd className="mt-1 text-xl font-semibold">{value ?? <Unknown />}</dd>
      <dd className="mt-1 text-sm text-muted">{children}</dd>
    </div>
  )
}
