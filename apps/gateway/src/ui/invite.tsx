'use client'
import { useRouter } from 'next/navigation'
import { type ReactNode, useEffect, useState } from 'react'
import { makeKeyPair } from '../lib/key-store.ts'
import { enrolled, makePasskey } from '../lib/passkeys.ts'
import { useSession } from '../lib/session.tsx'
import { Empty, Loading, Problem } from './states.tsx'

const path = '/marketplace/v1/sign-in/invitation'

/** Redeems a one-time link. Its token is behind `#`: no server has seen it, and it leaves the address bar at once. */
export function Invite(): ReactNode {
  const [token, setToken] = useState<string>()
  useEffect(() => {
    setToken((known) => known ?? location.hash.slice(1))
    history.replaceState(null, '', location.pathname)
  }, [])
  return (
    <>
      <h1>Come in</h1>
      <div className="mt-4 max-w-2xl">
        {token === undefined ? (
          <Loading what="your link" />
        ) : token === '' ? (
          <Empty href="/sign-in" action="Sign in">
            This page needs the whole link that you were sent. It works once. Open it again, or ask for a new one.
          </Empty>
        ) : (
          <Redeem token={token} />
        )}
      </div>
    </>
  )
}

function Redeem({ token }: { token: string }): ReactNode {
  const { signedIn } = useSession()
  const router = useRouter()
  const [name, setName] = useState('this device')
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const redeem = async (): Promise<void> => {
    setBusy(true)
    setError(undefined)
    try {
      const { privateKey, publicKey } = await makeKeyPair()
      const response = await makePasskey(`${path}/options`, { token, publicKey })
      await signedIn({ ...(await enrolled(path, { token, publicKey, name, response })), privateKey })
      router.push('/')
    } catch (failure) {
      setError(failure)
      setBusy(false)
    }
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void redeem()
      }}
    >
      <p className="text-muted">
        You make a passkey now. With it you sign in from then on, and confirm payouts. It stays on your device or in
        your password manager. The link works once.
      </p>
      <label htmlFor="passkey-name" className="mt-5 block font-medium">
        Name of the passkey
      </label>
      <input
        id="passkey-name"
        className="input mt-1 w-full max-w-md"
        value={name}
        maxLength={60}
        required
        onChange={(event) => {
          setName(event.target.value)
        }}
      />
      <button type="submit" className="button mt-4 block" data-kind="main" disabled={isBusy}>
        {isBusy ? 'Waiting for your passkey …' : 'Make a passkey and come in'}
      </button>
      {error === undefined ? undefined : (
        <div className="mt-4">
          <Problem error={error} />
        </div>
      )}
    </form>
  )
}
