'use client'
import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { type SignedReceipt, useReceipt } from '../lib/account.ts'
import { grouped, usdt, when } from '../lib/format.ts'
import { verifyReceipt } from '../lib/verify.ts'
import { intentWords, roleWords } from '../lib/words.ts'
import { Private } from './private.tsx'
import { Loading, Problem } from './states.tsx'

export function ReceiptPage({ id }: { id: string }): ReactNode {
  return <Private title="Receipt">{() => <OneReceipt id={id} />}</Private>
}

function OneReceipt({ id }: { id: string }): ReactNode {
  const { data, error, refetch } = useReceipt(id)
  if (data) return <ReceiptView signed={data} />
  if (error) return <Problem error={error} retry={() => void refetch()} />
  return <Loading what="the receipt" />
}

/** The fields that are shown; the signed form has them all. */
interface Shown {
  readonly receiptId: string
  readonly eventId: string
  readonly status: string
  readonly sandbox: boolean
  readonly intent?: string
  readonly units?: string
  readonly price?: { readonly total: string; readonly fee: string; readonly paid: string }
  readonly credited?: string
  readonly parties: readonly {
    readonly onliId: string
    readonly role: string
    readonly species?: { readonly start: string; readonly end: string }
    readonly usdt?: { readonly start: string; readonly end: string }
  }[]
  readonly fills: readonly { readonly seller: string; readonly units: string; readonly unitPrice: string }[]
  readonly refusal?: { readonly code: string; readonly title: string; readonly detail?: string }
  readonly delivery?: { readonly operationId: string }
  readonly issuedAt: string
}

const tones: Readonly<Record<string, string>> = { COMPLETED: 'text-good', FAILED: 'text-bad', DISPUTED: 'text-bad' }

export function ReceiptView({ signed }: { signed: SignedReceipt }): ReactNode {
  const receipt = signed.receipt as unknown as Shown
  return (
    <article className="card" aria-label="Receipt">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4">
        <h2 className="text-xl">
          {receipt.intent === undefined ? 'Event' : (intentWords[receipt.intent] ?? receipt.intent)}
          {receipt.units === undefined ? '' : `: ${grouped(receipt.units)} units`}
        </h2>
        <p className={`font-semibold ${tones[receipt.status] ?? ''}`}>{receipt.status.toLowerCase()}</p>
      </div>
      {receipt.sandbox ? <p className="text-sm text-warn">Sandbox: worth nothing</p> : undefined}
      {signed.supersededBy === undefined ? undefined : (
        <p className="mt-3 rounded-lg bg-warn-soft p-3 text-warn">
          A newer receipt replaces this one:{' '}
          <Link href={`/receipts/${signed.supersededBy}`} prefetch={false} className="underline">
            open it
          </Link>
        </p>
      )}
      <Rows receipt={receipt} />
      <Verified signed={signed} />
      <p className="mt-3">
        <button
          type="button"
          className="button"
          data-size="small"
          onClick={() => {
            download(`${receipt.receiptId}.sd-jwt`, signed.jws)
          }}
        >
          Download the signed form
        </button>
      </p>
    </article>
  )
}

function Rows({ receipt }: { receipt: Shown }): ReactNode {
  const rows: (readonly [string, ReactNode])[] = [
    ...(receipt.refusal
      ? [
          [
            'Why',
            `${receipt.refusal.title}${receipt.refusal.detail === undefined ? '' : `: ${receipt.refusal.detail}`}`,
          ] as const,
        ]
      : []),
    ...receipt.parties.map(
      (party) =>
        [
          roleWords[party.role] ?? party.role,
          <span key={party.onliId}>
            {party.onliId}
            {party.species ? `, units ${grouped(party.species.start)} → ${grouped(party.species.end)}` : ''}
            {party.usdt ? `, USDT ${usdt(party.usdt.start)} → ${usdt(party.usdt.end)}` : ''}
          </span>,
        ] as const,
    ),
    ...(receipt.price
      ? [
          ['Price', `${usdt(receipt.price.total)} USDT`] as const,
          ['Fee', `${usdt(receipt.price.fee)} USDT`] as const,
          ['Paid', `${usdt(receipt.price.paid)} USDT`] as const,
        ]
      : []),
    ...receipt.fills.map(
      (fill) => ['Bought', `${grouped(fill.units)} from ${fill.seller} at ${usdt(fill.unitPrice)} USDT`] as const,
    ),
    ...(receipt.credited === undefined ? [] : [['Kept as credit', `${usdt(receipt.credited)} USDT`] as const]),
    ...(receipt.delivery
      ? [
          [
            'Operation at Onli Cloud',
            <span key="o" className="id">
              {receipt.delivery.operationId}
            </span>,
          ] as const,
        ]
      : []),
    ['Issued', when(receipt.issuedAt)],
    [
      'Receipt',
      <span key="r" className="id">
        {receipt.receiptId}
      </span>,
    ],
    [
      'Event',
      <span key="e" className="id">
        {receipt.eventId}
      </span>,
    ],
  ]
  return (
    <dl className="mt-4 grid gap-x-4 gap-y-1.5 sm:grid-cols-[auto_1fr]">
      {rows.map(([name, value], index) => (
        <div key={index} className="contents">
          <dt className="text-sm text-muted sm:text-base">{name}</dt>
          <dd className="mb-1 min-w-0 break-words sm:mb-0">{value}</dd>
        </div>
      ))}
    </dl>
  )
}

/** Says what this browser found with the published keys; it asks nobody whether a receipt is true. */
function Verified({ signed }: { signed: SignedReceipt }): ReactNode {
  const { data, error } = useQuery({
    queryKey: ['verdict', signed.jws],
    queryFn: () => verifyReceipt(signed.jws),
    staleTime: Infinity,
  })
  if (error) return <p className="mt-4 text-warn">This browser could not verify the signature: {error.message}</p>
  if (!data) return <p className="mt-4 text-muted">Verifying the signature …</p>
  if (!data.isGenuine)
    return (
      <p className="mt-4 font-semibold text-bad" role="alert">
        The signature does not fit: do not believe this receipt.
      </p>
    )
  return (
    <p className="mt-4 rounded-lg bg-accent-soft p-3 text-sm">
      <b>Signature verified in this browser</b> with key <span className="id">{data.keyId}</span>.
      {signed.withheld > 0 ? ` It also covers ${signed.withheld} fields that only other parties read.` : ''}
    </p>
  )
}

function download(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'application/sd-jwt' }))
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  URL.revokeObjectURL(address)
}
