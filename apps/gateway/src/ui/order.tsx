'use client'
import { useRouter } from 'next/navigation'
import { type ReactNode, useRef, useState } from 'react'
import { type EventDraft, type Preview, newEventId, submitEvent, usePreview } from '../lib/account.ts'
import { grouped, usdt } from '../lib/format.ts'
import { Bill, Row, amount } from './figures.tsx'
import { Problem, Unknown } from './states.tsx'

/** What an order would come to, and the button that sends it. Nothing here is computed: all figures are the marketplace's. */
export function Order({
  draft,
  action,
  caution,
}: {
  draft: EventDraft | undefined
  action: (preview: Preview) => string
  caution: string
}): ReactNode {
  const router = useRouter()
  const preview = usePreview(draft)
  const [sending, setSending] = useState<'no' | 'yes'>('no')
  const [error, setError] = useState<unknown>()
  // One id for one content: sent again after a lost answer, it has one effect.
  const attempt = useRef<{ eventId: string; content: string }>(undefined)
  if (draft === undefined)
    return <p className="rounded-lg bg-sunken p-4 text-muted">Fill in the form, and what it comes to stands here.</p>

  const send = async (): Promise<void> => {
    const content = JSON.stringify(draft)
    if (attempt.current?.content !== content) attempt.current = { eventId: newEventId(), content }
    setSending('yes')
    setError(undefined)
    try {
      await submitEvent(attempt.current.eventId, draft)
      router.push(`/events/${attempt.current.eventId}`)
    } catch (failure) {
      setError(failure)
      setSending('no')
    }
  }
  const { data } = preview
  const isRefused = data?.refusal !== undefined
  return (
    <section aria-label="What it comes to" className="card">
      {preview.error ? (
        <Problem error={preview.error} retry={() => void preview.refetch()} />
      ) : (
        <Figures preview={data} />
      )}
      {data && !isRefused ? (
        <>
          <p className="mt-4 text-sm text-muted">{caution}</p>
          <button
            type="button"
            className="button mt-2 w-full"
            data-kind="main"
            disabled={sending === 'yes'}
            onClick={() => void send()}
          >
            {sending === 'yes' ? 'Sending …' : action(data)}
          </button>
        </>
      ) : undefined}
      {error === undefined ? undefined : (
        <div className="mt-3">
          <Problem error={error} retry={() => void send()} />
        </div>
      )}
    </section>
  )
}

function Figures({ preview }: { preview: Preview | undefined }): ReactNode {
  if (preview?.refusal)
    return (
      <div role="status">
        <p className="font-semibold text-warn">{preview.refusal.title}</p>
        <p className="mt-1">{preview.refusal.detail}</p>
        <p className="mt-1 text-sm">
          <a className="link id" href={`/errors/${preview.refusal.code}`}>
            {preview.refusal.code}
          </a>
        </p>
      </div>
    )
  return (
    <Bill>
      <Row name="Units">{preview ? grouped(preview.units ?? '') : <Unknown />}</Row>
      {(preview?.fills ?? []).map((fill) => (
        <Row key={fill.listingId} name={`${grouped(fill.units)} at ${usdt(fill.unitPrice)}`}>
          <span className="id text-muted">…{fill.listingId.slice(-8)}</span>
        </Row>
      ))}
      <Money preview={preview} />
    </Bill>
  )
}

/** What is paid or got, by what the event is. Units that only move cost nothing. */
function Money({ preview }: { preview: Preview | undefined }): ReactNode {
  switch (preview?.intent) {
    case 'TRANSFER':
    case 'DELIST':
      return undefined
    case 'SELL_MARKET':
      return (
        <>
          <Row name="Fee">{amount(preview.fee)}</Row>
          <Row name="You get, once all is sold" isSum>
            {amount(preview.proceeds)}
          </Row>
        </>
      )
    case 'REDEEM':
      return (
        <>
          <Row name="Price">{amount(preview.total)}</Row>
          <Row name="Fee">{amount(preview.fee)}</Row>
          <Row name="You get" isSum>
            {amount(preview.proceeds)}
          </Row>
        </>
      )
    case undefined:
    default:
      return (
        <>
          <Row name="Price">{amount(preview?.total)}</Row>
          <Row name="Fee">{amount(preview?.fee)}</Row>
          <Row name="You pay" isSum>
            {amount(preview?.due)}
          </Row>
        </>
      )
  }
}
