'use client'
import { useSearchParams } from 'next/navigation'
import { type ReactNode, useState } from 'react'
import { type EventDraft, useBalance } from '../lib/account.ts'
import { grouped, usdt } from '../lib/format.ts'
import { useMarket } from '../lib/market.ts'
import type { QuoteWish } from '../lib/quotes.ts'
import { Choice, Field, priceFault } from './forms.tsx'
import { OpenQuotes } from './open-quotes.tsx'
import { OrderForm, UnitsField, areUnits } from './order-form.tsx'
import { Order } from './order.tsx'
import { Private } from './private.tsx'
import { QuoteOrder } from './quote-order.tsx'
import { Problem } from './states.tsx'

export function Buy(): ReactNode {
  return (
    <Private title="Buy units" scope="trade">
      {({ onliId }) => (
        <>
          <BuyForm onliId={onliId} />
          <OpenQuotes />
        </>
      )}
    </Private>
  )
}

type Source = 'treasury' | 'market'

function BuyForm({ onliId }: { onliId: string }): ReactNode {
  const listingId = useSearchParams().get('listing') ?? undefined
  const [source, setSource] = useState<Source>(listingId === undefined ? 'treasury' : 'market')
  const [units, setUnits] = useState('')
  const [limit, setLimit] = useState('')
  const [way, setWay] = useState('credit')
  const wanted =
    areUnits(units) && priceFault(limit) === undefined
      ? {
          amount: units,
          ...(listingId !== undefined && source === 'market' ? { listingId } : { to: source }),
          ...(source === 'market' && limit !== '' ? { maxUnitPrice: limit } : {}),
        }
      : undefined
  return (
    <OrderForm
      order={
        way === 'credit' ? (
          <Order
            draft={wanted && byCredit(onliId, wanted)}
            action={(preview) => `Buy ${grouped(preview.units ?? '')} units`}
            caution="A purchase cannot be undone. The price is fixed when the marketplace accepts it, and the receipt says it."
          />
        ) : (
          <QuoteOrder wish={wanted && { ...wanted, chain: way }} />
        )
      }
    >
      <SourceChoice value={source} onChange={setSource} listingId={listingId} />
      <UnitsField value={units} onChange={setUnits} help="Whole units. You get all of them or none." />
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
      <WayChoice value={way} onChange={setWay} onliId={onliId} />
    </OrderForm>
  )
}

function byCredit(from: string, { maxUnitPrice, ...wanted }: Omit<QuoteWish, 'chain'>): EventDraft {
  const limit = maxUnitPrice === undefined ? {} : { maxUnitPrice }
  return { from, ...wanted, payWith: { source: 'credit', currency: 'USDT', ...limit } }
}

function SourceChoice({
  value,
  onChange,
  listingId,
}: {
  value: Source
  onChange: (value: Source) => void
  listingId: string | undefined
}): ReactNode {
  const market = useMarket()
  return (
    <Choice
      label="From whom"
      value={value}
      onChange={onChange}
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
  )
}

/** Your credit, or a chain on which payments are taken now. */
function WayChoice({
  value,
  onChange,
  onliId,
}: {
  value: string
  onChange: (value: string) => void
  onliId: string
}): ReactNode {
  const market = useMarket()
  const { data } = useBalance(onliId)
  const chains = market.data?.chains ?? []
  const open = chains.filter((one) => one.open && !one.halted)
  const halted = chains.filter((one) => one.open && one.halted)
  return (
    <>
      {market.error && !market.data ? (
        <Problem error={market.error} retry={() => void market.refetch()} />
      ) : (
        <Choice
          label="How you pay"
          value={value}
          onChange={onChange}
          options={[
            {
              value: 'credit',
              title: 'Your credit',
              text: data ? `${usdt(data.usdt.credit.available)} USDT free` : 'your credit is loading',
            },
            ...open.map(({ chain, confirmations }) => ({
              value: chain,
              title: `USDT on ${chain}`,
              text: `final after ${confirmations} confirmation${confirmations === 1 ? '' : 's'}`,
            })),
          ]}
        />
      )}
      {halted.length > 0 ? (
        <p className="text-sm text-warn">
          Payments on {halted.map(({ chain }) => chain).join(', ')} are halted for now. Deadlines stand still meanwhile.
        </p>
      ) : undefined}
    </>
  )
}
