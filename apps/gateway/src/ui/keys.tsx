'use client'
import { useQueryClient } from '@tanstack/react-query'
import Link from 'next/link'
import { type ReactNode, useState } from 'react'
import { type Key, useKeys, useWallets } from '../lib/account.ts'
import { api } from '../lib/api.ts'
import { inGroups, when } from '../lib/format.ts'
import { Private } from './private.tsx'
import { Empty, Loading, Problem } from './states.tsx'

export function KeysPage(): ReactNode {
  return (
    <Private title="Wallets and keys">
      {({ keyId }) => (
        <>
          <section aria-labelledby="wallets">
            <h2 id="wallets">Wallets</h2>
            <p className="mt-1 text-sm text-muted">Payments count as yours when they come from one of these.</p>
            <Wallets />
          </section>
          <section aria-labelledby="keys" className="mt-8">
            <h2 id="keys">Keys</h2>
            <p className="mt-1 text-sm text-muted">
              Each browser and each program of yours has its own. You sign in at a browser, and confirm payouts, with{' '}
              <Link href="/passkeys" prefetch={false} className="link">
                your passkeys
              </Link>
              .
            </p>
            <Keys current={keyId} />
          </section>
        </>
      )}
    </Private>
  )
}

function Wallets(): ReactNode {
  const { data, error, refetch } = useWallets()
  if (error && !data) return <Problem error={error} retry={() => void refetch()} />
  if (!data) return <Loading what="your wallets" />
  if (data.wallets.length === 0)
    return <Empty>You have proven no wallet yet. Do it with “npx species wallet add”, or pay by a quote.</Empty>
  return (
    <ul className="mt-2 divide-y divide-line border-y border-line">
      {data.wallets.map((one) => (
        <li key={one.address} className="py-3">
          <p className="id flex flex-wrap gap-x-1.5">
            {inGroups(one.address).map((group, index) => (
              <span key={index}>{group}</span>
            ))}
          </p>
          <p className="text-sm text-muted">
            {one.chains.join(', ')}, proven {when(one.provenAt)}
          </p>
        </li>
      ))}
    </ul>
  )
}

function Keys({ current }: { current: string }): ReactNode {
  const { data, error, refetch } = useKeys()
  if (error && !data) return <Problem error={error} retry={() => void refetch()} />
  if (!data) return <Loading what="your keys" />
  return (
    <ul className="mt-2 divide-y divide-line border-y border-line">
      {data.keys.map((key) => (
        <OneKey key={key.keyId} one={key} isCurrent={key.keyId === current} />
      ))}
    </ul>
  )
}

function OneKey({ one, isCurrent }: { one: Key; isCurrent: boolean }): ReactNode {
  const queries = useQueryClient()
  const [asked, setAsked] = useState<'no' | 'yes' | 'sending'>('no')
  const [error, setError] = useState<unknown>()
  const revoke = async (): Promise<void> => {
    setAsked('sending')
    try {
      await api(`/marketplace/v1/keys/${one.keyId}`, { method: 'DELETE' })
      await queries.invalidateQueries({ queryKey: ['keys'] })
    } catch (failure) {
      setError(failure)
      setAsked('no')
    }
  }
  return (
    <li className="py-3">
      <p className="id">{one.keyId}</p>
      <p className="text-sm">
        {isCurrent ? <b>this browser · </b> : undefined}
        {one.scopes.join(', ')}
      </p>
      <p className="text-sm text-muted">
        made {when(one.createdAt)}
        {one.revokedAt === undefined
          ? one.expiresAt === undefined
            ? ', does not end by itself'
            : `, ends ${when(one.expiresAt)}`
          : `, revoked ${when(one.revokedAt)}`}
      </p>
      {one.limits === undefined ? undefined : (
        <p className="text-sm text-muted">
          limits:{' '}
          {Object.entries(one.limits)
            .map(([name, value]) => `${name} ${String(value)}`)
            .join(', ')}
        </p>
      )}
      {one.revokedAt !== undefined || isCurrent ? undefined : asked === 'no' ? (
        <button
          type="button"
          className="button mt-2"
          data-size="small"
          onClick={() => {
            setAsked('yes')
          }}
        >
          Revoke …
        </button>
      ) : (
        <div className="mt-2">
          <p className="text-sm">A revoked key never works again. What it signed stays.</p>
          <button
            type="button"
            className="button mt-1"
            data-kind="risk"
            data-size="small"
            disabled={asked === 'sending'}
            onClick={() => void revoke()}
          >
            Revoke for ever
          </button>
        </div>
      )}
      {error === undefined ? undefined : <Problem error={error} />}
    </li>
  )
}
