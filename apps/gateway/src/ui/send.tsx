'use client'
import { type ReactNode, useState } from 'react'
import { grouped, usdt } from '../lib/format.ts'
import { useMarket } from '../lib/market.ts'
import { Field } from './forms.tsx'
import { OrderForm, UnitsField, areUnits } from './order-form.tsx'
import { Order } from './order.tsx'
import { Private } from './private.tsx'
import { Unknown } from './states.tsx'

export function Transfer(): ReactNode {
  return (
    <Private title="Transfer units" scope="trade">
      {({ onliId }) => <TransferForm onliId={onliId} />}
    </Private>
  )
}

export function Redeem(): ReactNode {
  return (
    <Private title="Redeem units" scope="trade">
      {({ onliId }) => <RedeemForm onliId={onliId} />}
    </Private>
  )
}

function TransferForm({ onliId }: { onliId: string }): ReactNode {
  const [units, setUnits] = useState('')
  const [to, setTo] = useState('')
  const fault =
    to === '' || /^[A-Za-z0-9_-]{3,64}$/.test(to) ? undefined : 'A user’s name has 3 to 64 letters, digits, _ or -.'
  const isRight = areUnits(units) && to !== '' && fault === undefined
  return (
    <OrderForm
      order={
        <Order
          draft={isRight ? { from: onliId, to, amount: units } : undefined}
          action={(preview) => `Transfer ${grouped(preview.units ?? '')} units to ${to}`}
          caution={`A transfer cannot be undone: only ${to} can give the units back.`}
        />
      }
    >
      <Field
        label="To whom"
        value={to}
        onChange={setTo}
        error={fault}
        help="The Onli id of the one who gets the units."
      />
      <UnitsField value={units} onChange={setUnits} owner={onliId} />
    </OrderForm>
  )
}

function RedeemForm({ onliId }: { onliId: string }): ReactNode {
  const [units, setUnits] = useState('')
  const market = useMarket()
  const isRight = areUnits(units)
  return (
    <OrderForm
      order={
        <Order
          draft={isRight ? { from: onliId, to: 'liquidity_pool', amount: units } : undefined}
          action={(preview) => `Redeem ${grouped(preview.units ?? '')} units`}
          caution="A redemption cannot be undone: the units leave your vault for the liquidity pool."
        />
      }
    >
      <p className="text-muted">
        The liquidity pool buys units back at{' '}
        {market.data ? `${usdt(market.data.redeemPrice)} USDT` : <Unknown label="the price is loading" />} each, while
        it has money. What you get is owed to you in USDT.
      </p>
      <UnitsField value={units} onChange={setUnits} owner={onliId} />
    </OrderForm>
  )
}
