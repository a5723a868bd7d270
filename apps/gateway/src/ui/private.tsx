'use client'
import Link from 'next/link'
import type { ReactNode } from 'react'
import type { BrowserKey } from '../lib/key-store.ts'
import { useSession } from '../lib/session.tsx'
import { Loading } from './states.tsx'

/** A page for those who are signed in. It is made in the browser alone: the server knows nothing private. */
export function Private({
  title,
  children,
  scope,
}: {
  title: string
  children: (key: BrowserKey) => ReactNode
  scope?: string
}): ReactNode {
  const { session } = useSession()
  return (
    <>
      <h1>{title}</h1>
      <div className="mt-5">
        {session.state === 'reading' ? (
          <Loading what="your key" />
        ) : session.state === 'out' ? (
          <SignInFirst />
        ) : scope !== undefined && !session.key.scopes.includes(scope) ? (
          <p className="rounded-lg bg-sunken p-4">
            You are signed in as <b>{session.key.onliId}</b>, and that key cannot do this: it lacks the scope{' '}
            <span className="id">{scope}</span>.{' '}
            <Link href="/sign-in" prefetch={false} className="link">
              Sign in as someone else
            </Link>
          </p>
        ) : (
          children(session.key)
        )}
      </div>
    </>
  )
}

function SignInFirst(): ReactNode {
  return (
    <div className="rounded-lg bg-sunken px-4 py-5">
      <p>Sign in to see this page. Your browser makes a key of its own for it.</p>
      <Link href="/sign-in" prefetch={false} className="button mt-3" data-kind="main">
        Sign in
      </Link>
    </div>
  )
}
