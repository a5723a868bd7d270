'use client'
import { useRouter } from 'next/navigation'
import { type ReactNode, useState } from 'react'
import { type QuoteWish, makeQuote } from '../lib/quotes.ts'
import { Problem } from './states.tsx'

/** Asks for a quote. It fixes the price and reserves the units; nothing is bought by it. */
export function QuoteOrder({ wish }: { wish: QuoteWish | undefined }): ReactNode {
  const router = useRouter()
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  if (wish === undefined)
    return (
      <p className="rounded-lg bg-sunken p-4 text-muted">Fill in the form, then ask for a price that stays fixed.</p>
    )
  const ask = async (): Promise<void> => {
    setBusy(true)
    setError(undefined)
    try {
      router.push(`/quotes/${(await makeQuote(wish)).quoteId}`)
    } catch (failure) {
      setError(failure)
      setBusy(false)
    }
  }
  return (
    <section aria-label="A quote" className="card">
      <p>
        A quote fixes the price and the fee, reserves the units for you, and says where to pay on {wish.chain}. You see
        all of it before you buy.
      </p>
      <p className="mt-3 text-sm text-muted">
        Asking buys nothing. Without an answer of yours the quote ends by itself and the units are for sale again.
      </p>
      <button
        type="button"
        className="button mt-3 w-full"
        data-kind="main"
        disabled={isBusy}
        onClick={() => void ask()}
      >
        {isBusy ? 'One moment …' : 'Get a quote'}
      </button>
      {error === undefined ? undefined : (
        <div className="mt-3">
          <Problem error={error} retry={() => void ask()} />
        </div>
      )}
    </section>
  )
}
