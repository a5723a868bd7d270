'use client'
import { type ReactNode, useState } from 'react'
import { usdt, when } from '../lib/format.ts'
import type { Quote, QuotePayment } from '../lib/quotes.ts'
import { payInSandbox, useCanOrderSandbox } from '../lib/sandbox.ts'
import { Copy } from './copy.tsx'
import { Countdown } from './countdown.tsx'
import { Field, priceFault } from './forms.tsx'
import { Groups } from './groups.tsx'
import { QrCode } from './qr-code.tsx'
import { Problem } from './states.tsx'

/** Where to pay what until when; as the marketplace says it, so that it is the same after a reload and in another browser. */
export function PayPanel({ quote }: { quote: Quote }): ReactNode {
  const { payTo, amount, expiresAt, payments } = quote
  return (
    <section aria-labelledby="pay" className="card">
      <h2 id="pay">
        Pay {usdt(amount)} USDT on {payTo.chain}
      </h2>
      <p>
        Time left: <Countdown until={expiresAt} />
      </p>
      <div className="mt-4 grid gap-5 sm:grid-cols-[14rem_1fr]">
        <QrCode text={payTo.link} label={`Payment link for ${usdt(amount)} USDT on ${payTo.chain}`} />
        <dl className="grid min-w-0 content-start gap-3">
          <div>
            <dt className="text-sm text-muted">Exactly</dt>
            <dd className="text-xl font-semibold">{usdt(amount)} USDT</dd>
            <dd className="mt-1">
              <Copy text={plain(amount)} what="the amount" />
            </dd>
          </div>
          <div>
            <dt className="text-sm text-muted">To the address</dt>
            <dd>
              <Groups text={payTo.address} />
            </dd>
            <dd className="mt-1">
              <Copy text={payTo.address} what="the address" />
            </dd>
          </div>
          <div>
            <dt className="text-sm text-muted">The token: USDT, with this contract</dt>
            <dd>
              <Groups text={payTo.token} />
            </dd>
          </div>
        </dl>
      </div>
      <p className="mt-4">
        {payTo.isShared
          ? 'Pay from a wallet that you have linked, and exactly this amount: others pay to this address too.'
          : 'Pay from any wallet or exchange. The address is yours alone until the quote is over.'}
      </p>
      <p className="mt-2 text-sm text-muted">
        Only USDT on {payTo.chain}: anything else may be lost. Less than the price buys nothing and becomes your credit;
        what is too much or comes too late becomes your credit as well. The payment is found by itself.
      </p>
      <p className="mt-4 flex flex-wrap gap-3">
        <a href={payTo.link} className="button" data-kind="main">
          Open in your wallet
        </a>
        <Copy text={payTo.link} what="the payment link" />
      </p>
      <SandboxPayment quote={quote} />
      <Payments payments={payments} />
    </section>
  )
}

/** Without the zeros that no wallet wants to see; the value is the same. */
function plain(decimal: string): string {
  return decimal.includes('.') ? decimal.replace(/\.?0+$/, '') : decimal
}

/** In a sandbox on one's own machine its chains pay when they are told. */
function SandboxPayment({ quote: { payTo, amount } }: { quote: Quote }): ReactNode {
  const canOrder = useCanOrderSandbox()
  const [sum, setSum] = useState(plain(amount))
  const [state, setState] = useState<'no' | 'sending' | 'paid'>('no')
  const [error, setError] = useState<unknown>()
  if (!canOrder) return undefined
  const pay = async (): Promise<void> => {
    setState('sending')
    setError(undefined)
    try {
      await payInSandbox({ chain: payTo.chain, address: payTo.address, amount: sum })
      setState('paid')
    } catch (failure) {
      setError(failure)
      setState('no')
    }
  }
  const isRight = sum !== '' && priceFault(sum) === undefined
  return (
    <div className="mt-5 rounded-lg bg-warn-soft p-4">
      <h3 className="mb-2 font-semibold text-warn">In this sandbox</h3>
      <Field
        label="Amount"
        value={sum}
        onChange={setSum}
        inputMode="decimal"
        suffix="USDT"
        error={priceFault(sum)}
        help="Change it to see what becomes of a payment that is too small or too large."
      />
      <button
        type="button"
        className="button mt-3"
        disabled={!isRight || state === 'sending'}
        onClick={() => void pay()}
      >
        {state === 'sending' ? 'Paying …' : 'Pay this'}
      </button>
      <p role="status" className="mt-2 text-sm text-warn">
        {state === 'paid' ? 'Paid on the sandbox’s chain. The marketplace finds it in a moment.' : ''}
      </p>
      {error === undefined ? undefined : (
        <div className="mt-3">
          <Problem error={error} />
        </div>
      )}
    </div>
  )
}

const inWords: Readonly<Record<QuotePayment['becomes'], (is: QuotePayment['amountIs']) => string>> = {
  payment: (is) =>
    is === 'short'
      ? 'less than what is due: nothing is bought with it, and it becomes your credit'
      : is === 'excess'
        ? 'more than what is due: it pays, and what is too much becomes your credit'
        : 'pays this purchase',
  credit: (is) =>
    is === 'dust'
      ? 'next to nothing: it becomes your credit and decides nothing'
      : 'came too late or a second time: it becomes your credit',
  operator: () => 'an operator looks at it and decides; do not pay again',
}

/** What came in, in words. */
export function Payments({ payments }: { payments: readonly QuotePayment[] }): ReactNode {
  if (payments.length === 0) return undefined
  return (
    <div className="mt-5">
      <h3 className="font-semibold">What came in</h3>
      <ul className="mt-1 grid gap-2">
        {payments.map((one) => (
          <li key={`${one.hash} ${one.amount}`}>
            <p>
              <b>{usdt(one.amount)} USDT</b>: {inWords[one.becomes](one.amountIs)}
            </p>
            <p className="text-sm text-muted">
              in a block {when(one.minedAt)}, {one.isFinal || one.isClaimed ? 'final' : 'not final yet'}
            </p>
            <p className="id text-muted">{one.hash}</p>
          </li>
        ))}
      </ul>
    </div>
  )
}
