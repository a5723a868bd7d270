'use client'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { useReceipt } from '../lib/account.ts'
import { clockTime, when } from '../lib/format.ts'
import { type Seen, isEnd, useEventStates } from '../lib/use-event.ts'
import { stateWords } from '../lib/words.ts'
import { Private } from './private.tsx'
import { ReceiptView } from './receipt.tsx'
import { Loading, Problem } from './states.tsx'

export function EventPage({ eventId }: { eventId: string }): ReactNode {
  return (
    <Private title="Event">
      {() => (
        <>
          <p className="id -mt-3 text-muted">{eventId}</p>
          <Follow eventId={eventId} />
        </>
      )}
    </Private>
  )
}

function Follow({ eventId }: { eventId: string }): ReactNode {
  const { states, error } = useEventStates(eventId)
  return (
    <div className="mt-5 grid gap-6 md:grid-cols-[2fr_3fr]">
      <Timeline states={states} error={error} />
      <Outcome eventId={eventId} last={states.at(-1)} />
    </div>
  )
}

export function Timeline({ states, error }: { states: readonly Seen[]; error: unknown }): ReactNode {
  const last = states.at(-1)
  return (
    <section aria-labelledby="timeline">
      <h2 id="timeline">What has happened</h2>
      <ol className="mt-3" aria-live="polite">
        {states.map((state, index) => (
          <Step key={index} state={state} isLast={index === states.length - 1} />
        ))}
      </ol>
      {last === undefined && error === undefined ? <Loading what="the event" /> : undefined}
      {error === undefined ? undefined : (
        <div className="mt-3">
          <Problem error={error} />
        </div>
      )}
      {last !== undefined && isEnd(last.state) ? (
        <p className="mt-4 flex flex-wrap gap-3">
          <Link href="/" prefetch={false} className="button" data-size="small">
            My account
          </Link>
          <Link href="/buy" prefetch={false} className="button" data-size="small">
            Buy more
          </Link>
        </p>
      ) : undefined}
    </section>
  )
}

/** The receipt, once the event has ended. */
export function Outcome({ eventId, last }: { eventId: string; last: Seen | undefined }): ReactNode {
  const hasEnded = last !== undefined && isEnd(last.state)
  const { data, error, refetch } = useReceipt(eventId, hasEnded)
  if (data) return <ReceiptView signed={data} />
  if (error) return <Problem error={error} retry={() => void refetch()} />
  if (hasEnded) return <Loading what="the receipt" />
  return (
    <p className="rounded-lg bg-sunken p-4 text-muted">
      The signed receipt comes when the event has ended. You can close this page: nothing is lost.
    </p>
  )
}

function Step({ state, isLast }: { state: Seen; isLast: boolean }): ReactNode {
  const tone =
    state.state === 'completed'
      ? 'bg-good'
      : state.state === 'failed' || state.state === 'disputed'
        ? 'bg-bad'
        : 'bg-accent'
  return (
    <li className="relative border-l-2 border-line pb-4 pl-5 last:border-transparent">
      <span className={`absolute top-1.5 -left-[7px] size-3 rounded-full ${tone}`} aria-hidden="true" />
      <p className={isLast ? 'font-semibold' : ''}>{stateWords[state.state] ?? state.state}</p>
      <p className="text-sm text-muted">{clockTime(state.atMs)}</p>
      {state.waitingFor === undefined ? undefined : <p className="mt-1">{state.waitingFor}</p>}
      {state.confirmations === undefined ? undefined : (
        <p className="mt-1">
          {state.confirmations.have} of {state.confirmations.need} confirmations
        </p>
      )}
      {state.waitingUntil === undefined ? undefined : (
        <p className="text-sm text-muted">until {when(state.waitingUntil)}</p>
      )}
      {state.refusal === undefined ? undefined : (
        <p className="mt-1">
          {state.refusal.title}: {state.refusal.detail}{' '}
          <a className="link id" href={`/errors/${state.refusal.code}`}>
            {state.refusal.code}
          </a>
        </p>
      )}
    </li>
  )
}
