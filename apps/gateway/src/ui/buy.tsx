'use client'
import { useSearchParams } from 'next/navigation'
import { type ReactNode, useState } from 'react'
import { type EventDraft, useBalance } from '../lib/account.ts'
import { grouped, usdt } from '../lib/format.ts'
import { useMarket } from '../lib/market.ts'
import { Choice, Field, priceFault, unitsFault } from './forms.tsx'
import { Order } from './order.tsx'
import { Private } from './private.tsx'
import { Unknown } from './states.tsx'

export function Buy(): ReactNode {
  return (
    <Private title="Buy units" scope="trade">
      {({ onliId }) => <BuyForm onliId={onliId} />}
    </Private>
  )
}

function BuyForm({ onliId }: { onliId: string }): ReactNode {
  const listingId = useSearchParams().get('listing') ?? undefined
  const [source, setSource] = useState<'treasury' | 'market'>(listingId === undefined ? 'treasury' : 'market')
  const [units, setUnits] = useState('')
  const [limit, setLimit] = useState('')
  const market = useMarket()
  const isRight = units !== '' && unitsFault(units) === undefined && priceFault(limit) === undefined
  const draft: EventDraft | undefined = isRight
    ? {
        from: onliId,
        ...(listingId !== undefined && source === 'market' ? { listingId } : { to: source }),
        amount: units,
        payWith: {
          source: 'credit',
          currency: 'USDT',
          ...(source === 'market' && limit !== '' ? { maxUnitPrice: limit } : {}),
        },
      }
    : undefined
  return (
    <div className="grid gap-6 md:grid-cols-[3fr_2fr]">
      <div className="grid content-start gap-5">
        <Choice
          label="From whom"
          value={source}
          onChange={setSource}
          options={[
            {
              value: 'treasury',
              title: 'The treasury',
              text: market.data ? `${usdt(market.data.treasuryPrice)} USDT for one unit` : 'price loading',
            },
            {
              value: 'market',
              title: listingId === undefined ? 'Other owners' : 'This listing',
              text: listingId === undefined ? 'the cheapest first' : `…${listingId.slice(-8)}`,
            },
          ]}
        />
        <Field
          label="Units"
          value={units}
          onChange={setUnits}
          inputMode="numeric"
          error={unitsFault(units)}
          help="Whole units. You get all of them or none."
        />
        {source === 'market' && listingId === undefined ? (
          <Field
            label="Highest price for one unit (optional)"
            value={limit}
            onChange={setLimit}
            inputMode="decimal"
            suffix="USDT"
            error={priceFault(limit)}
            help="Listings above it are not bought from."
          />
        ) : undefined}
        <Credit onliId={onliId} />
      </div>
      <Order
        draft={draft}
        action={(preview) => `Buy ${grouped(preview.units ?? '')} units`}
        caution="A purchase cannot be undone. The price is fixed when the marketplace accepts it, and the receipt says it."
      />
    </div>
  )
}

function Credit({ onliId }: { onliId: string }): ReactNode {
  const { data } = useBalance(onliId)
  return (
    <p className="rounded-lg bg-sunken p-4">
      Paid from your credit:{' '}
      <b>{data ? `${usdt(data.usdt.credit.available)} USDT` : <Unknown label="your credit is loading" />}</b> free
    </p>
  )
}
