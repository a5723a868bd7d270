'use client'
import { useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { usdt, when } from '../lib/format.ts'
import { type WholePayout, cancelPayout, usePayout } from '../lib/payouts.ts'
import { payoutWords } from '../lib/words.ts'
import { Groups } from './groups.tsx'
import { Private } from './private.tsx'
import { AsOf, Loading, Problem } from './states.tsx'

export function PayoutPage({ payoutId }: { payoutId: string }): ReactNode {
  return <Private title="Withdrawal">{() => <OnePayout payoutId={payoutId} />}</Private>
}

function OnePayout({ payoutId }: { payoutId: string }): ReactNode {
  const { data, error, refetch, dataUpdatedAt } = usePayout(payoutId)
  if (error && !data) return <Problem error={error} retry={() => void refetch()} />
  if (!data) return <Loading what="the withdrawal" />
  return (
    <>
      <p className="id -mt-3 text-muted">{data.payoutId}</p>
      <div className="mt-5 grid gap-6 md:grid-cols-[2fr_3fr]">
        <section aria-labelledby="steps">
          <h2 id="steps">What has happened</h2>
          <ol className="mt-3" aria-live="polite">
            {data.history.map((step, index) => (
              <Step key={index} step={step} isLast={index === data.history.length - 1} />
            ))}
          </ol>
          <AsOf at={dataUpdatedAt} />
        </section>
        <Facts payout={data} />
      </div>
    </>
  )
}

function Step({ step, isLast }: { step: WholePayout['history'][number]; isLast: boolean }): ReactNode {
  const isBad = step.state === 'failed' || step.state === 'cancelled'
  return (
    <li className="relative border-l-2 border-line pb-4 pl-5 last:border-transparent">
      <span
        className={`absolute top-1.5 -left-[7px] size-3 rounded-full ${isBad ? 'bg-bad' : 'bg-accent'}`}
        aria-hidden="true"
      />
      <p className={isLast ? 'font-semibold' : ''}>{payoutWords[step.state] ?? step.state}</p>
      <p className="text-sm text-muted">{when(step.at)}</p>
    </li>
  )
}

function Facts({ payout }: { payout: WholePayout }): ReactNode {
  const queries = useQueryClient()
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const cancel = async (): Promise<void> => {
    setBusy(true)
    setError(undefined)
    try {
      await cancelPayout(payout.payoutId)
    } catch (failure) {
      setError(failure)
    }
    await queries.invalidateQueries({ queryKey: ['payout', payout.payoutId] })
    setBusy(false)
  }
  return (
    <section aria-label="The withdrawal" className="card">
      <p className="text-2xl font-semibold">{usdt(payout.amount)} USDT</p>
      <dl className="mt-3 grid gap-3">
        <div>
          <dt className="text-sm text-muted">To, on {payout.chain}</dt>
          <dd>
            <Groups text={payout.address} />
          </dd>
        </div>
        <div>
          <dt className="text-sm text-muted">The transaction that proves it</dt>
          <dd>
            {payout.hash === undefined ? (
              <span className="text-muted">none is final yet</span>
            ) : (
              <Groups text={payout.hash} />
            )}
          </dd>
        </div>
        {payout.reason === undefined ? undefined : (
          <div>
            <dt className="text-sm text-muted">Why</dt>
            <dd>{payout.reason}</dd>
          </div>
        )}
      </dl>
      {payout.canCancel ? (
        <button type="button" className="button mt-4" disabled={isBusy} onClick={() => void cancel()}>
          {isBusy ? 'Cancelling …' : 'Cancel this withdrawal'}
        </button>
      ) : undefined}
      {error === undefined ? undefined : (
        <div className="mt-3">
          <Problem error={error} />
        </div>
      )}
    </section>
  )
}
