'use client'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { type ReactNode, useRef, useState } from 'react'
import { useBalance } from '../lib/account.ts'
import { useSendConfirmed } from '../lib/confirm.ts'
import { usdt, when } from '../lib/format.ts'
import { type Address, type Payout, requestingPayout, useAddresses, usePayouts } from '../lib/payouts.ts'
import { payoutWords } from '../lib/words.ts'
import { AddressBook } from './address-book.tsx'
import { Bill, Row, amount as figure } from './figures.tsx'
import { Choice, Field, priceFault } from './forms.tsx'
import { Groups } from './groups.tsx'
import { OrderForm } from './order-form.tsx'
import { Private } from './private.tsx'
import { AsOf, Empty, Loading, Problem } from './states.tsx'

export function Withdraw(): ReactNode {
  return (
    <Private title="Withdraw" scope="payout">
      {({ onliId }) => (
        <>
          <Have onliId={onliId} />
          <WithdrawForm />
          <Payouts />
          <AddressBook />
        </>
      )}
    </Private>
  )
}

function Have({ onliId }: { onliId: string }): ReactNode {
  const { data, error, refetch, dataUpdatedAt } = useBalance(onliId)
  if (error && !data) return <Problem error={error} retry={() => void refetch()} />
  return (
    <>
      <div className="card max-w-xl">
        <Bill>
          <Row name="Owed to you, from sales and redemptions">{figure(data?.usdt.payable)}</Row>
          <Row name="Free credit">{figure(data?.usdt.credit.available)}</Row>
        </Bill>
        <p className="mt-2 text-sm text-muted">
          What is owed to you goes first, then your credit. Money whose payment may still vanish from its chain waits.
        </p>
      </div>
      <AsOf at={dataUpdatedAt === 0 ? undefined : dataUpdatedAt} />
    </>
  )
}

function WithdrawForm(): ReactNode {
  const { data, error, refetch } = useAddresses()
  const usable = data?.addresses.filter(({ status }) => status === 'usable') ?? []
  if (error && !data) return <Problem error={error} retry={() => void refetch()} />
  if (!data) return <Loading what="your addresses" />
  if (usable.length === 0)
    return (
      <div className="mt-5">
        <Empty>
          {data.addresses.length === 0
            ? 'Add an address below first. Money is sent only there.'
            : 'No address of yours can be used yet. The address book below says from when.'}
        </Empty>
      </div>
    )
  return (
    <div className="mt-5">
      <Wish usable={usable} />
    </div>
  )
}

function Wish({ usable }: { usable: readonly Address[] }): ReactNode {
  const [chosen, setAddress] = useState<string>()
  const [amount, setAmount] = useState('')
  const to = usable.find(({ addressId }) => addressId === chosen) ?? usable[0]
  const isRight = amount !== '' && priceFault(amount) === undefined
  return (
    <OrderForm order={to && isRight ? <Send to={to} amount={amount} /> : <NotYet />}>
      <Choice
        label="To which address"
        value={to?.addressId ?? ''}
        onChange={setAddress}
        options={usable.map((one) => ({
          value: one.addressId,
          title: one.label === '' ? one.chain : `${one.chain}: ${one.label}`,
          text: <Groups text={one.address} />,
        }))}
      />
      <Field
        label="Amount"
        value={amount}
        onChange={setAmount}
        inputMode="decimal"
        suffix="USDT"
        error={priceFault(amount)}
        help="The address gets exactly this."
      />
    </OrderForm>
  )
}

function NotYet(): ReactNode {
  return <p className="rounded-lg bg-sunken p-4 text-muted">Fill in the form, and what is sent stands here.</p>
}

function Send({ to, amount }: { to: Address; amount: string }): ReactNode {
  const router = useRouter()
  const confirm = useSendConfirmed()
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  // One id for one content: sent again after a lost answer, it is one payout.
  const attempt = useRef<{ requestId: string; content: string }>(undefined)
  const send = async (): Promise<void> => {
    const content = `${to.addressId} ${amount}`
    if (attempt.current?.content !== content)
      attempt.current = { requestId: `web-${crypto.randomUUID().replaceAll('-', '')}`, content }
    setBusy(true)
    setError(undefined)
    try {
      const { chain, address } = to
      const sent = await confirm(requestingPayout({ requestId: attempt.current.requestId, chain, address, amount }))
      if (sent) router.push(`/payouts/${(sent.answer as Payout).payoutId}`)
      else setBusy(false)
    } catch (failure) {
      setError(failure)
      setBusy(false)
    }
  }
  return (
    <section aria-label="What is sent" className="card">
      <Bill>
        <Row name="You send" isSum>
          {usdt(amount)} USDT
        </Row>
        <Row name="On chain">{to.chain}</Row>
      </Bill>
      <p className="mt-3 text-sm text-muted">To</p>
      <Groups text={to.address} />
      <p className="mt-4 text-sm text-muted">
        The money is set aside at once. You can cancel until operators begin to send it. What has been sent cannot be
        taken back.
      </p>
      <button
        type="button"
        className="button mt-2 w-full"
        data-kind="main"
        disabled={isBusy}
        onClick={() => void send()}
      >
        {isBusy ? 'Confirming …' : `Confirm and withdraw ${usdt(amount)} USDT`}
      </button>
      {error === undefined ? undefined : (
        <div className="mt-3">
          <Problem error={error} retry={() => void send()} />
        </div>
      )}
    </section>
  )
}

function Payouts(): ReactNode {
  const { data, error, refetch } = usePayouts()
  return (
    <section className="mt-10" aria-labelledby="payouts">
      <h2 id="payouts">Withdrawals</h2>
      {error && !data ? (
        <Problem error={error} retry={() => void refetch()} />
      ) : !data ? (
        <Loading what="your withdrawals" />
      ) : data.payouts.length === 0 ? (
        <Empty>You have withdrawn nothing yet.</Empty>
      ) : (
        <ul className="divide-y divide-line border-y border-line">
          {data.payouts.map((one) => (
            <li key={one.payoutId}>
              <Link
                href={`/payouts/${one.payoutId}`}
                prefetch={false}
                className="flex flex-wrap items-baseline justify-between gap-x-6 py-3 hover:bg-sunken"
              >
                <span className="font-medium">
                  {usdt(one.amount)} USDT on {one.chain}
                </span>
                <span className="flex flex-wrap gap-x-4 text-sm text-muted">
                  <span>{payoutWords[one.state] ?? one.state}</span>
                  <span>{when(one.requestedAt)}</span>
                </span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
