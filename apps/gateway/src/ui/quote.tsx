'use client'
import { useQueryClient } from '@tanstack/react-query'
import Link from 'next/link'
import { type ReactNode, useState } from 'react'
import { submitEvent } from '../lib/account.ts'
import { grouped, usdt } from '../lib/format.ts'
import { type Quote, cancelQuote, eventIdOf, useQuote } from '../lib/quotes.ts'
import { isEnd, useEventStates } from '../lib/use-event.ts'
import { Countdown } from './countdown.tsx'
import { Outcome, Timeline } from './event.tsx'
import { Bill, Row, amount } from './figures.tsx'
import { PayPanel, Payments } from './pay.tsx'
import { Private } from './private.tsx'
import { AsOf, Loading, Problem } from './states.tsx'

export function QuotePage({ quoteId }: { quoteId: string }): ReactNode {
  return <Private title="Quote">{() => <OneQuote quoteId={quoteId} />}</Private>
}

function OneQuote({ quoteId }: { quoteId: string }): ReactNode {
  const { data, error, refetch, dataUpdatedAt } = useQuote(quoteId)
  if (error && !data) return <Problem error={error} retry={() => void refetch()} />
  if (!data) return <Loading what="the quote" />
  return (
    <>
      {data.eventId === undefined ? <Offer quote={data} /> : <Bought quote={data} eventId={data.eventId} />}
      <AsOf at={dataUpdatedAt} />
    </>
  )
}

function Figures({ quote }: { quote: Quote }): ReactNode {
  return (
    <Bill>
      <Row name="Units">{grouped(quote.units)}</Row>
      {quote.unitPrice === undefined ? (
        quote.fills.map((fill) => (
          <Row key={fill.listingId} name={`${grouped(fill.units)} at ${usdt(fill.unitPrice)}`}>
            <span className="id text-muted">…{fill.listingId.slice(-8)}</span>
          </Row>
        ))
      ) : (
        <Row name="Price for one unit">{amount(quote.unitPrice)}</Row>
      )}
      <Row name="Price">{amount(quote.total)}</Row>
      <Row name="Fee">{amount(quote.fee)}</Row>
      <Row name="You pay" isSum>
        {amount(quote.amount)}
      </Row>
      <Row name="On chain">{quote.payTo.chain}</Row>
      {quote.state === 'open' ? (
        <Row name="Valid for">
          <Countdown until={quote.expiresAt} />
        </Row>
      ) : undefined}
    </Bill>
  )
}

/** What is promised, and nothing bought yet. */
function Offer({ quote }: { quote: Quote }): ReactNode {
  const queries = useQueryClient()
  const [busy, setBusy] = useState<'no' | 'buying' | 'cancelling'>('no')
  const [error, setError] = useState<unknown>()
  const act = async (what: 'buying' | 'cancelling', work: () => Promise<unknown>): Promise<void> => {
    setBusy(what)
    setError(undefined)
    try {
      await work()
    } catch (failure) {
      setError(failure)
    }
    // Also after a failure: what was sent may have arrived.
    await queries.invalidateQueries({ queryKey: ['quote', quote.quoteId] })
    setBusy('no')
  }
  const isOpen = quote.state === 'open' || quote.state === 'seen'
  return (
    <section aria-label="What it comes to" className="card max-w-xl">
      <Figures quote={quote} />
      {isOpen ? (
        <>
          <p className="mt-4 text-sm text-muted">
            After this you see where to pay. If you do not pay in time, nothing is bought and nothing is owed. A payment
            that has arrived cannot be undone: it becomes units, or your credit here.
          </p>
          <button
            type="button"
            className="button mt-3 w-full"
            data-kind="main"
            disabled={busy !== 'no'}
            onClick={() => void act('buying', () => submitEvent(eventIdOf(quote.quoteId), quote.event))}
          >
            {busy === 'buying' ? 'Sending …' : `Buy ${grouped(quote.units)} units, and see where to pay`}
          </button>
          {quote.state === 'open' ? (
            <button
              type="button"
              className="button mt-3 w-full"
              disabled={busy !== 'no'}
              onClick={() => void act('cancelling', () => cancelQuote(quote.quoteId))}
            >
              Cancel the quote
            </button>
          ) : undefined}
        </>
      ) : (
        <Ended quote={quote} />
      )}
      <Payments payments={quote.payments} />
      {error === undefined ? undefined : (
        <div className="mt-3">
          <Problem error={error} />
        </div>
      )}
    </section>
  )
}

function Ended({ quote }: { quote: Quote }): ReactNode {
  return (
    <div className="mt-4 rounded-lg bg-sunken p-4" role="status">
      <p className="font-semibold">
        {quote.state === 'cancelled' ? 'You cancelled this quote.' : 'This quote is over.'}
      </p>
      <p className="mt-1">Do not pay it any more. What arrives nevertheless is your credit.</p>
      <Link href="/buy" prefetch={false} className="button mt-3" data-size="small">
        Ask for a new one
      </Link>
    </div>
  )
}

/** An event cites it: what is left is to pay, and to see the units arrive. */
function Bought({ quote, eventId }: { quote: Quote; eventId: string }): ReactNode {
  const { states, error } = useEventStates(eventId)
  const last = states.at(-1)
  const isToPay = quote.state === 'open' && last?.waitingOn === 'transaction'
  return (
    <>
      <p className="-mt-3 text-muted">
        {grouped(quote.units)} units for {usdt(quote.amount)} USDT on {quote.payTo.chain}
      </p>
      <div className="mt-5 grid gap-6 md:grid-cols-[3fr_2fr]">
        <div className="grid content-start gap-6">
          {isToPay ? <PayPanel quote={quote} /> : undefined}
          {!isToPay && last !== undefined && !isEnd(last.state) ? (
            <section aria-label="Your payment" className="card">
              <p className="text-lg font-semibold" role="status">
                {last.confirmations
                  ? `${last.confirmations.have} of ${last.confirmations.need} confirmations`
                  : quote.state === 'open'
                    ? 'Looking for your payment'
                    : 'Your payment has arrived'}
              </p>
              <p className="mt-1">{last.waitingFor ?? 'Nothing is needed from you.'}</p>
              <Payments payments={quote.payments} />
            </section>
          ) : undefined}
          {last !== undefined && isEnd(last.state) ? (
            <>
              <Outcome eventId={eventId} last={last} />
              <Payments payments={quote.payments} />
            </>
          ) : (
            <section aria-label="What it comes to" className="card">
              <Figures quote={quote} />
            </section>
          )}
        </div>
        <Timeline states={states} error={error} />
      </div>
    </>
  )
}
