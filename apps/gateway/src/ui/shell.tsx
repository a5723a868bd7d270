'use client'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { type ReactNode, useState } from 'react'
import { ApiError } from '../lib/api.ts'
import { useMarket } from '../lib/market.ts'
import { SessionProvider, useSession } from '../lib/session.tsx'
import { words } from '../lib/words.ts'
import { ConfirmProvider } from './confirm.tsx'

export function Shell({ children }: { children: ReactNode }): ReactNode {
  const [queries] = useState(makeQueries)
  return (
    <QueryClientProvider client={queries}>
      <SessionProvider>
        <a
          href="#content"
          className="sr-only focus:not-sr-only focus:absolute focus:top-2 focus:left-2 focus:z-10 focus:bg-surface focus:p-2"
        >
          Skip to the content
        </a>
        <SandboxBand />
        <Header />
        <main id="content" tabIndex={-1} className="mx-auto w-full max-w-5xl px-4 py-6 outline-none sm:py-8">
          <ConfirmProvider>{children}</ConfirmProvider>
        </main>
        <Footer />
      </SessionProvider>
    </QueryClientProvider>
  )
}

function makeQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        retry: (count, error) => count < 2 && error instanceof ApiError && error.isRetryable,
        staleTime: 2_000,
      },
      mutations: { retry: false },
    },
  })
}

/** Stays on every page of a sandboxed marketplace. Its place is kept while that is not known, so that nothing shifts. */
function SandboxBand(): ReactNode {
  const { data } = useMarket()
  if (data?.sandbox === false) return undefined
  return (
    <p className="min-h-8 bg-warn-soft px-4 py-1 text-center text-sm font-medium text-warn" role="note">
      {data ? words.sandbox : ' '}
    </p>
  )
}

const publicLinks = [
  ['/', 'Home'],
  ['/book', 'Market'],
] as const
const traderLinks = [
  ['/buy', 'Buy'],
  ['/sell', 'Sell'],
  ['/transfer', 'Transfer'],
  ['/redeem', 'Redeem'],
  ['/withdraw', 'Withdraw'],
  ['/events', 'Activity'],
  ['/keys', 'Wallets and keys'],
] as const
const operatorLinks = [['/console', 'Console']] as const

function Header(): ReactNode {
  const { session } = useSession()
  const path = usePathname()
  const scopes = session.state === 'in' ? session.key.scopes : []
  const own = [...(scopes.includes('trade') ? traderLinks : []), ...(scopes.includes('operator') ? operatorLinks : [])]
  return (
    <header className="border-b border-line bg-surface">
      <div className="mx-auto flex w-full max-w-5xl flex-wrap items-center gap-x-5 gap-y-1 px-4 py-2">
        <Link href="/" prefetch={false} className="py-2 text-lg font-bold tracking-tight">
          SPECIES
        </Link>
        <nav aria-label="Main" className="order-last -mx-2 w-full md:order-none md:w-auto md:flex-1">
          <ul className="flex flex-wrap gap-x-1">
            {[...publicLinks, ...own].map(([href, label]) => {
              const isHere = href === '/' ? path === '/' : path.startsWith(href)
              return (
                <li key={href}>
                  <Link
                    href={href}
                    prefetch={false}
                    aria-current={isHere ? 'page' : undefined}
                    className="inline-block rounded-md px-2 py-1.5 whitespace-nowrap text-muted hover:bg-sunken hover:text-ink aria-[current]:font-semibold aria-[current]:text-ink"
                  >
                    {label}
                  </Link>
                </li>
              )
            })}
          </ul>
        </nav>
        <div className="ml-auto flex min-h-11 items-center gap-3">
          <Who />
        </div>
      </div>
    </header>
  )
}

function Who(): ReactNode {
  const { session, signOut } = useSession()
  if (session.state === 'reading') return undefined
  if (session.state === 'out')
    return (
      <Link href="/sign-in" prefetch={false} className="button" data-kind="main" data-size="small">
        Sign in
      </Link>
    )
  return (
    <>
      <span className="max-w-40 truncate text-sm">
        <span className="sr-only">Signed in as </span>
        <b>{session.key.onliId}</b>
      </span>
      <button type="button" className="button" data-size="small" onClick={() => void signOut()}>
        Sign out
      </button>
    </>
  )
}

function Footer(): ReactNode {
  return (
    <footer className="mx-auto w-full max-w-5xl px-4 py-8 text-sm text-muted">
      <ul className="flex flex-wrap gap-x-5 gap-y-1 border-t border-line pt-4">
        <li>
          <Link href="/status" prefetch={false} className="link">
            Status
          </Link>
        </li>
        <li>
          <a href="/docs" className="link">
            API
          </a>
        </li>
        <li>
          <a href="/.well-known/jwks.json" className="link">
            Public keys of receipts
          </a>
        </li>
      </ul>
    </footer>
  )
}
