'use client'
import { useQuery } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { type ReactNode, useState } from 'react'
import { api } from '../lib/api.ts'
import { makeKeyPair } from '../lib/key-store.ts'
import { signInWithPasskey } from '../lib/passkeys.ts'
import { useSession } from '../lib/session.tsx'
import { Loading, Problem } from './states.tsx'

const peopleWords: Readonly<Record<string, string>> = {
  alice: 'A trader who has bought her first units.',
  bob: 'A trader without units.',
  operator: 'Runs the marketplace. Trades nothing.',
}

export function SignIn(): ReactNode {
  const ways = useQuery({
    queryKey: ['sign-in'],
    queryFn: ({ signal }) =>
      api<{ continueAs: readonly string[] }>('/marketplace/v1/sign-in', { signed: 'no', signal }),
  })
  return (
    <>
      <h1>Sign in</h1>
      <p className="mt-2 max-w-2xl text-muted">
        Your browser makes a key of its own. Its private half never leaves the browser and cannot be read, not even by
        this page. Signing out deletes it.
      </p>
      <div className="mt-6">
        {ways.error ? (
          <Problem error={ways.error} retry={() => void ways.refetch()} />
        ) : !ways.data ? (
          <Loading what="how you can sign in" />
        ) : (
          <>
            <WithPasskey />
            {ways.data.continueAs.length === 0 ? undefined : <Demo people={ways.data.continueAs} />}
          </>
        )}
      </div>
    </>
  )
}

/** The browser offers the passkeys that it has for this site. */
function WithPasskey(): ReactNode {
  const { signedIn } = useSession()
  const router = useRouter()
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const enter = async (): Promise<void> => {
    setBusy(true)
    setError(undefined)
    try {
      await signedIn(await signInWithPasskey())
      router.push('/')
    } catch (failure) {
      setError(failure)
      setBusy(false)
    }
  }
  return (
    <section aria-labelledby="with-passkey" className="mb-8">
      <h2 id="with-passkey">With your passkey</h2>
      <p className="mt-1 max-w-2xl text-muted">
        You have none, or you lost it? An operator sends you a link that works once.
      </p>
      <button
        type="button"
        className="button mt-3"
        data-kind="main"
        disabled={isBusy}
        onClick={() => {
          void enter()
        }}
      >
        {isBusy ? 'Waiting for your passkey …' : 'Sign in with a passkey'}
      </button>
      {error === undefined ? undefined : (
        <div className="mt-4">
          <Problem error={error} />
        </div>
      )}
    </section>
  )
}

function Demo({ people }: { people: readonly string[] }): ReactNode {
  const { signedIn } = useSession()
  const router = useRouter()
  const [busy, setBusy] = useState<string>()
  const [error, setError] = useState<unknown>()
  const enter = async (person: string): Promise<void> => {
    setBusy(person)
    setError(undefined)
    try {
      const { privateKey, publicKey } = await makeKeyPair()
      const key = await api<{ keyId: string; onliId: string; scopes: readonly string[]; expiresAt: string }>(
        '/marketplace/v1/sign-in/sandbox',
        { method: 'POST', body: { as: person, publicKey }, signed: 'no' },
      )
      const { keyId, onliId, scopes, expiresAt } = key
      await signedIn({ keyId, onliId, scopes, expiresAt, privateKey })
      router.push('/')
    } catch (failure) {
      setError(failure)
      setBusy(undefined)
    }
  }
  return (
    <>
      <h2>The people of this sandbox</h2>
      <ul className="mt-3 grid gap-3 sm:grid-cols-3">
        {people.map((person) => (
          <li key={person} className="card flex flex-col">
            <p className="flex-1 text-muted">{peopleWords[person]}</p>
            <button
              type="button"
              className="button mt-3"
              data-kind="main"
              disabled={busy !== undefined}
              onClick={() => void enter(person)}
            >
              {busy === person ? 'One moment …' : `Continue as ${person}`}
            </button>
          </li>
        ))}
      </ul>
      {error === undefined ? undefined : (
        <div className="mt-4">
          <Problem error={error} />
        </div>
      )}
    </>
  )
}
