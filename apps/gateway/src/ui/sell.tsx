'use client'
import Link from 'next/link'
import { type ReactNode, useState } from 'react'
import { type EventDraft, type OwnListing, useOwnListings } from '../lib/account.ts'
import { grouped, usdt, when } from '../lib/format.ts'
import { Choice, Field, priceFault } from './forms.tsx'
import { OrderForm, UnitsField, areUnits } from './order-form.tsx'
import { Order } from './order.tsx'
import { Private } from './private.tsx'
import { Empty, Loading, Problem } from './states.tsx'

export function Sell(): ReactNode {
  return (
    <Private title="Sell units" scope="trade">
      {({ onliId }) => (
        <>
          <SellForm onliId={onliId} />
          <OwnListings onliId={onliId} />
        </>
      )}
    </Private>
  )
}

const lives = {
  day: ['One day', 86_400_000],
  week: ['One week', 604_800_000],
  month: ['30 days', 2_592_000_000],
} as const
type Life = keyof typeof lives

function SellForm({ onliId }: { onliId: string }): ReactNode {
  const [units, setUnits] = useState('')
  const [price, setPrice] = useState('')
  const [life, setLife] = useState<Life>('week')
  // Fixed when it is chosen, so that the order stays the same while its preview is asked for.
  const [chosenAt, setChosenAt] = useState(() => Date.now())
  const isRight = areUnits(units) && price !== '' && priceFault(price) === undefined
  const draft: EventDraft | undefined = isRight
    ? {
        intent: 'SELL_MARKET',
        from: onliId,
        to: 'market',
        amount: units,
        putProceeds: {
          currency: 'USDT',
          unitPrice: price,
          expiresAt: new Date(chosenAt + lives[life][1]).toISOString(),
        },
      }
    : undefined
  return (
    <OrderForm
      order={
        <Order
          draft={draft}
          action={(preview) => `Put ${grouped(preview.units ?? '')} units up for sale`}
          caution="Your units leave your vault while they are for sale. You can take back what is not sold. Proceeds are owed to you in USDT and stay in your account."
        />
      }
    >
      <UnitsField value={units} onChange={setUnits} owner={onliId} />
      <Field
        label="Price for one unit"
        value={price}
        onChange={setPrice}
        inputMode="decimal"
        suffix="USDT"
        error={priceFault(price)}
      />
      <Choice
        label="For how long"
        value={life}
        onChange={(next) => {
          setLife(next)
          setChosenAt(Date.now())
        }}
        options={Object.entries(lives).map(([value, [title]]) => ({ value: value as Life, title }))}
      />
    </OrderForm>
  )
}

function OwnListings({ onliId }: { onliId: string }): ReactNode {
  const { data, error, refetch } = useOwnListings()
  return (
    <section className="mt-10" aria-labelledby="own">
      <h2 id="own">My listings</h2>
      <div className="mt-2">
        {error && !data ? (
          <Problem error={error} retry={() => void refetch()} />
        ) : !data ? (
          <Loading what="your listings" />
        ) : data.listings.length === 0 ? (
          <Empty>You have nothing for sale. Put units up for sale with the form above.</Empty>
        ) : (
          <ul className="grid gap-3">
            {data.listings.map((one) => (
              <OneListing key={one.listingId} one={one} onliId={onliId} />
            ))}
          </ul>
        )}
      </div>
      <p className="mt-3 text-sm">
        <Link href="/book" prefetch={false} className="link">
          See what others ask for
        </Link>
      </p>
    </section>
  )
}

function lifeOf(one: OwnListing): string {
  if (one.status === 'pending') return 'is being put up'
  return one.status === 'closing' ? 'is ending' : `until ${when(one.expiresAt)}`
}

function OneListing({ one, onliId }: { one: OwnListing; onliId: string }): ReactNode {
  const [isAsked, setAsked] = useState(false)
  return (
    <li className="card">
      <div className="flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1">
        <p className="text-lg font-semibold">{usdt(one.unitPrice)} USDT for one</p>
        <p className="text-sm text-muted">{lifeOf(one)}</p>
      </div>
      <p className="mt-1">
        <b>{grouped(one.unitsAvailable)}</b> left of {grouped(one.unitsTotal)}, {grouped(one.unitsReserved)} reserved by
        purchases under way
      </p>
      <p className="id mt-1 text-muted">{one.listingId}</p>
      {one.status === 'open' ? (
        <button
          type="button"
          className="button mt-3"
          data-size="small"
          aria-expanded={isAsked}
          onClick={() => {
            setAsked(!isAsked)
          }}
        >
          {isAsked ? 'Leave it for sale' : 'Take it back …'}
        </button>
      ) : undefined}
      {isAsked ? (
        <div className="mt-3 max-w-md">
          <Order
            draft={{ from: onliId, delist: one.listingId }}
            action={() => 'Take it back'}
            caution="What is not sold and not reserved comes back to your vault. The listing ends."
          />
        </div>
      ) : undefined}
    </li>
  )
}
