'use client'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { api } from '../lib/api.ts'
import { when } from '../lib/format.ts'
import { type Passkey, listPasskeys, makePasskey } from '../lib/passkeys.ts'
import { useConfirm } from './confirm.tsx'
import { Private } from './private.tsx'
import { Empty, Loading, Problem } from './states.tsx'

const base = '/marketplace/v1/passkeys'

export function PasskeysPage(): ReactNode {
  return (
    <Private title="Passkeys">
      {() => (
        <>
          <p className="max-w-2xl text-muted">
            A passkey signs you in at a browser, and confirms payouts one by one. Keep more than one, on different
            devices: without any you need an operator to come back.
          </p>
          <Passkeys />
        </>
      )}
    </Private>
  )
}

function Passkeys(): ReactNode {
  const { data, error, refetch } = useQuery({ queryKey: ['passkeys'], queryFn: ({ signal }) => listPasskeys(signal) })
  if (error && !data) return <Problem error={error} retry={() => void refetch()} />
  if (!data) return <Loading what="your passkeys" />
  return (
    <>
      {data.length === 0 ? (
        <div className="mt-4">
          <Empty>You have no passkey yet.</Empty>
        </div>
      ) : (
        <ul className="mt-4 divide-y divide-line border-y border-line">
          {data.map((one) => (
            <OnePasskey key={one.passkeyId} one={one} isLast={data.length === 1} />
          ))}
        </ul>
      )}
      <AddPasskey isFirst={data.length === 0} />
    </>
  )
}

function OnePasskey({ one, isLast }: { one: Passkey; isLast: boolean }): ReactNode {
  const ask = useConfirm()
  const queries = useQueryClient()
  const [error, setError] = useState<unknown>()
  const remove = async (): Promise<void> => {
    setError(undefined)
    try {
      await ask({
        title: 'Remove this passkey?',
        facts: [
          ['Passkey', one.name],
          ['Effect', 'The browsers that it signed in are signed out. It cannot be undone.'],
        ],
        method: 'DELETE',
        path: `${base}/${one.passkeyId}`,
      })
    } catch (failure) {
      setError(failure)
    }
    await queries.invalidateQueries({ queryKey: ['passkeys'] })
  }
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 py-3">
      <div className="min-w-0 flex-1">
        <p className="font-medium break-words">{one.name}</p>
        <p className="text-sm text-muted">
          made {when(one.createdAt)}
          {one.lastUsedAt === undefined ? '' : `, used ${when(one.lastUsedAt)}`}
          {one.synced ? ', on several of your devices' : ''}
        </p>
      </div>
      {isLast ? (
        <p className="text-sm text-muted">Your last one stays.</p>
      ) : (
        <button type="button" className="button" data-size="small" onClick={() => void remove()}>
          Remove …
        </button>
      )}
      {error === undefined ? undefined : <Problem error={error} />}
    </li>
  )
}

function AddPasskey({ isFirst }: { isFirst: boolean }): ReactNode {
  const ask = useConfirm()
  const queries = useQueryClient()
  const [name, setName] = useState('this device')
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const add = async (): Promise<void> => {
    setBusy(true)
    setError(undefined)
    try {
      const body = { name, response: await makePasskey(`${base}/options`) }
      if (isFirst) await api(base, { method: 'POST', body })
      else await ask({ title: 'Add this passkey?', facts: [['Passkey', name]], method: 'POST', path: base, body })
      await queries.invalidateQueries({ queryKey: ['passkeys'] })
    } catch (failure) {
      setError(failure)
    }
    setBusy(false)
  }
  return (
    <form
      className="mt-6 max-w-md"
      onSubmit={(event) => {
        event.preventDefault()
        void add()
      }}
    >
      <label htmlFor="passkey-name" className="block font-medium">
        Name of the new passkey
      </label>
      <input
        id="passkey-name"
        className="input mt-1 w-full"
        value={name}
        maxLength={60}
        required
        onChange={(event) => {
          setName(event.target.value)
        }}
      />
      <button type="submit" className="button mt-3" data-kind="main" disabled={isBusy}>
        {isBusy ? 'One moment …' : 'Add a passkey'}
      </button>
      {error === undefined ? undefined : (
        <div className="mt-3">
          <Problem error={error} />
        </div>
      )}
    </form>
  )
}
