'use client'
import type { UseQueryResult } from '@tanstack/react-query'
import Link from 'next/link'
import { usePathname, useRouter } from 'next/navigation'
import { type ReactNode, useState } from 'react'
import { Private } from '../private.tsx'
import { AsOf, Loading, Problem } from '../states.tsx'

const places = [
  ['/console', 'Overview'],
  ['/console/reviews', 'Reviews'],
  ['/console/payouts', 'Payouts'],
  ['/console/money', 'Unexplained money'],
  ['/console/proposals', 'Proposals'],
  ['/console/dead-letters', 'Dead letters'],
  ['/console/partners', 'Partners'],
  ['/console/halts', 'Kill switches'],
  ['/console/config', 'Configuration'],
  ['/console/users', 'Users'],
  ['/console/operators', 'Operators'],
  ['/console/audit', 'Audit log'],
  ['/console/sandbox', 'Sandbox'],
] as const

/** A page of the console: for operators, with the way to the others and one box to search. */
export function ConsolePage({ title, children }: { title: string; children: ReactNode }): ReactNode {
  return (
    <Private title={title} scope="operator">
      {() => (
        <>
          <Ways />
          <div className="mt-5">{children}</div>
        </>
      )}
    </Private>
  )
}

function Ways(): ReactNode {
  const path = usePathname()
  return (
    <div className="border-y border-line py-2">
      <nav aria-label="Console">
        <ul className="-mx-2 flex flex-wrap gap-x-1 text-sm">
          {places.map(([href, label]) => {
            const isHere = href === '/console' ? path === href : path.startsWith(href)
            return (
              <li key={href}>
                <Link
                  href={href}
                  prefetch={false}
                  aria-current={isHere ? 'page' : undefined}
                  className="inline-block rounded-md px-2 py-1 text-muted hover:bg-sunken hover:text-ink aria-[current]:font-semibold aria-[current]:text-ink"
                >
                  {label}
                </Link>
              </li>
            )
          })}
        </ul>
      </nav>
      <SearchBox />
    </div>
  )
}

function SearchBox(): ReactNode {
  const router = useRouter()
  const [text, setText] = useState('')
  const go = (): void => {
    if (text.trim() !== '') router.push(`/console/search?q=${encodeURIComponent(text.trim())}`)
  }
  return (
    <div role="search" className="mt-2 flex max-w-xl gap-2">
      <input
        className="input"
        aria-label="Event, receipt, hash, user, listing, operation, payout or address"
        placeholder="Event, receipt, hash, user, listing, payout, address"
        value={text}
        spellCheck={false}
        onChange={({ target }) => {
          setText(target.value)
        }}
        onKeyDown={({ key }) => {
          if (key === 'Enter') go()
        }}
      />
      <button type="button" className="button" onClick={go}>
        Search
      </button>
    </div>
  )
}

/** What was asked for, or that it is loading, or why it is not there; the last answer stays while a newer one fails. */
export function Answer<T>({
  of: { data, error, refetch, dataUpdatedAt },
  what,
  children,
}: {
  of: UseQueryResult<T>
  what: string
  children: (data: T) => ReactNode
}): ReactNode {
  return (
    <>
      {error ? (
        <div className="mb-3">
          <Problem error={error} retry={() => void refetch()} />
        </div>
      ) : undefined}
      {data === undefined ? error ? undefined : <Loading what={what} /> : children(data)}
      {data === undefined ? undefined : <AsOf at={dataUpdatedAt} />}
    </>
  )
}
