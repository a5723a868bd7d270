'use client'
import Link from 'next/link'
import { type ReactNode, createContext, use, useCallback, useEffect, useRef, useState } from 'react'
import { api, setConfirmer } from '../lib/api.ts'
import { type Confirmable, type Passkey, confirmationHeader, listPasskeys } from '../lib/passkeys.ts'
import { useSession } from '../lib/session.tsx'
import { Loading, Problem } from './states.tsx'

/** What a person is asked to confirm: the request, and what it comes to in words. */
export interface Question extends Confirmable {
  readonly title: string
  /** What the person should read before they confirm: names and values. */
  readonly facts: readonly (readonly [name: string, value: string])[]
  /** On the button; `Confirm with a passkey`, unless given. */
  readonly action?: string
}

/** Sends a request that a passkey confirms. The answer; undefined: the person did not confirm it, and nothing was sent. */
export type AskConfirmed = (question: Question) => Promise<{ readonly answer: unknown } | undefined>

type Headers = Readonly<Record<string, string>>

interface Asked {
  readonly question: Question
  readonly settle: (headers: Headers | undefined) => void
}

const ConfirmContext = createContext<AskConfirmed | undefined>(undefined)

/** Holds the one dialog in which requests are confirmed. Whatever the marketplace wants confirmed comes here, also unasked. */
export function ConfirmProvider({ children }: { children: ReactNode }): ReactNode {
  const [asked, setAsked] = useState<Asked>()
  const open = useCallback(
    (question: Question) =>
      new Promise<Headers | undefined>((resolve) => {
        setAsked({
          question,
          settle: (headers) => {
            setAsked(undefined)
            resolve(headers)
          },
        })
      }),
    [],
  )
  useEffect(() => {
    setConfirmer(async ({ method, path, body }) => {
      if (method === 'GET') return undefined
      const [bare = path] = path.split('?')
      return await open({
        title: 'Confirm this request',
        facts: factsOf({ method, path: bare, body }),
        method,
        path: bare,
        body,
      })
    })
    return () => {
      setConfirmer(undefined)
    }
  }, [open])
  const ask = useCallback<AskConfirmed>(
    async (question) => {
      const headers = await open(question)
      const { method, path, body } = question
      return headers && { answer: await api(path, { method, body, headers }) }
    },
    [open],
  )
  return (
    <ConfirmContext value={ask}>
      {children}
      {asked ? <ConfirmDialog {...asked} /> : undefined}
    </ConfirmContext>
  )
}

/** A request in names and values, where no page says it in better words. */
function factsOf({ method, path, body }: Confirmable): Question['facts'] {
  const fields = typeof body === 'object' && body !== null ? Object.entries(body) : []
  const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))
  return [
    ['Request', `${method} ${path}`],
    ...fields.filter(([, value]) => value !== undefined).map(([name, value]) => [name, text(value)] as const),
  ]
}

/** Asks the person to confirm a request with a passkey, and sends it: `const sent = await ask({ title, facts, method, path, body })`. */
export function useConfirm(): AskConfirmed {
  const value = use(ConfirmContext)
  if (!value) throw new Error('There is no confirmation outside the shell.')
  return value
}

function ConfirmDialog({ question, settle }: Asked): ReactNode {
  const { session } = useSession()
  const dialog = useRef<HTMLDialogElement>(null)
  const [passkeys, setPasskeys] = useState<readonly Passkey[]>()
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const read = useCallback(() => {
    setError(undefined)
    listPasskeys().then(setPasskeys, setError)
  }, [])
  useEffect(() => {
    dialog.current?.showModal()
    read()
  }, [read])
  const onliId = session.state === 'in' ? session.key.onliId : undefined
  const confirm = async (): Promise<void> => {
    if (onliId === undefined || passkeys === undefined) return
    setBusy(true)
    setError(undefined)
    try {
      settle(await confirmationHeader(onliId, question, passkeys))
    } catch (failure) {
      setError(failure)
      setBusy(false)
    }
  }
  return (
    <dialog
      ref={dialog}
      aria-labelledby="confirm-title"
      className="m-auto max-h-[90vh] w-full max-w-md overflow-y-auto rounded-lg border border-line bg-surface p-5 text-ink backdrop:bg-black/50"
      onCancel={(event) => {
        event.preventDefault()
        if (!isBusy) settle(undefined)
      }}
    >
      <h2 id="confirm-title">{question.title}</h2>
      <dl className="mt-3 grid grid-cols-[auto_1fr] gap-x-4 gap-y-1.5">
        {question.facts.map(([name, value]) => (
          <Fact key={name} name={name} value={value} />
        ))}
      </dl>
      <p className="mt-4 text-sm text-muted">Your passkey confirms exactly this, once.</p>
      {error === undefined ? undefined : (
        <div className="mt-3">
          <Problem error={error} />
        </div>
      )}
      <div className="mt-4 flex flex-wrap justify-end gap-2">
        <button type="button" className="button" disabled={isBusy} onClick={() => settle(undefined)}>
          Cancel
        </button>
        <Decide state={{ passkeys, isBusy }} confirm={() => void confirm()} action={question.action} />
      </div>
    </dialog>
  )
}

function Decide({
  state: { passkeys, isBusy },
  confirm,
  action = 'Confirm with a passkey',
}: {
  state: { passkeys: readonly Passkey[] | undefined; isBusy: boolean }
  confirm: () => void
  action: string | undefined
}): ReactNode {
  if (passkeys === undefined) return <Loading what="your passkeys" />
  if (passkeys.length === 0)
    return (
      <p className="w-full text-sm">
        You have no passkey yet.{' '}
        <Link className="link" href="/passkeys" prefetch={false}>
          Make one
        </Link>{' '}
        first.
      </p>
    )
  return (
    <button type="button" className="button" data-kind="main" disabled={isBusy} onClick={confirm}>
      {isBusy ? 'Waiting for your passkey …' : action}
    </button>
  )
}

function Fact({ name, value }: { name: string; value: string }): ReactNode {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0 break-words text-right">{value}</dd>
    </>
  )
}
