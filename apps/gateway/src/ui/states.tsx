'use client'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { ApiError } from '../lib/api.ts'
import { clockTime } from '../lib/format.ts'

/** A figure that is not known yet: never a zero. */
export function Unknown({ label = 'loading' }: { label?: string }): ReactNode {
  return (
    <span>
      <span className="waiting-line motion-safe:animate-pulse" aria-hidden="true" />
      <span className="sr-only">{label}</span>
    </span>
  )
}

export function Loading({ what }: { what: string }): ReactNode {
  return (
    <p className="py-4 text-muted" role="status">
      Loading {what} …
    </p>
  )
}

/** Nothing is there, and what to do next. */
export function Empty({ children, href, action }: { children: ReactNode; href?: string; action?: string }): ReactNode {
  return (
    <div className="rounded-lg bg-sunken px-4 py-5 text-muted">
      <p>{children}</p>
      {href !== undefined && action !== undefined ? (
        <p className="mt-2">
          <Link href={href} prefetch={false} className="link">
            {action}
          </Link>
        </p>
      ) : undefined}
    </div>
  )
}

/** A refusal: what was wrong, whether the same may be sent again, and what to name when asking for help. */
export function Problem({ error, retry }: { error: unknown; retry?: (() => void) | undefined }): ReactNode {
  const problem = error instanceof ApiError ? error : undefined
  return (
    <div role="alert" className="rounded-lg border border-bad bg-bad-soft p-4">
      <p className="font-semibold text-bad">{problem?.title ?? 'Something on this page failed'}</p>
      <p className="mt-1">{problem?.detail ?? 'Reload the page. Nothing was sent by this failure.'}</p>
      {problem ? (
        <p className="mt-2 text-sm text-muted">
          {problem.status === 0 || problem.code === 'not_signed_in' ? (
            <span className="id">{problem.code}</span>
          ) : (
            <a href={`/errors/${problem.code}`} className="link id">
              {problem.code}
            </a>
          )}
          {problem.requestId === undefined ? undefined : <span className="id"> · {problem.requestId}</span>}
          {problem.isRetryable ? ' · the same may be tried again' : ' · trying the same again does not help'}
        </p>
      ) : undefined}
      {problem?.code === 'not_signed_in' ? (
        <p className="mt-3">
          <Link href="/sign-in" prefetch={false} className="button" data-size="small">
            Sign in
          </Link>
        </p>
      ) : undefined}
      {retry && problem?.isRetryable !== false ? (
        <button type="button" className="button mt-3" data-size="small" onClick={retry}>
          Try again
        </button>
      ) : undefined}
    </div>
  )
}

/** When the figures beside it were read. */
export function AsOf({ at }: { at: string | number | undefined }): ReactNode {
  return (
    <p className="mt-2 text-xs text-muted" suppressHydrationWarning>
      {at === undefined ? ' ' : `as of ${clockTime(at)}`}
    </p>
  )
}

/** What may be wider than a narrow screen: it scrolls by itself, also by keyboard. */
export function Scroll({ label, children }: { label: string; children: ReactNode }): ReactNode {
  return (
    <div className="overflow-x-auto" role="region" aria-label={label} tabIndex={0}>
      {children}
    </div>
  )
}
