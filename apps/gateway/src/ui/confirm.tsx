'use client'
import Link from 'next/link'
import { type ReactNode, createContext, use, useCallback, useEffect, useRef, useState } from 'react'
import { api } from '../lib/api.ts'
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

interface Asked {
  readonly question: Question
  readonly settle: (answer: { readonly answer: unknown } | undefined) => void
}

const ConfirmContext = createContext<AskConfirmed | undefined>(undefined)

/** Holds the one dialog in which requests are confirmed. */
export function ConfirmProvider({ children }: { children: ReactNode }): ReactNode {
  const [asked, setAsked] = useState<Asked>()
  const ask = useCallback<AskConfirmed>(
    (question) =>
      new Promise((resolve) => {
        setAsked({
          question,
          settle: (answer) => {
            setAsked(undefined)
            resolve(answer)
          },
        })
      }),
    [],
  )
  return (
    <ConfirmContext value={ask}>
      {children}
      {asked ? <ConfirmDialog key={asked.question.path} {...asked} /> : undefined}
    </ConfirmContext>
  )
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
      const { method, path, body } = question
      const headers = await confirmationHeader(onliId, question, passkeys)
      settle({ answer: await api(path, { method, body, headers }) })
    } catch (failure) {
      setError(failure)
      setBusy(false)
    }
  }
  return (
    <dialog
      ref={dialog}
      aria-labelledby="confirm-title"
      className="m-auto w-full max-w-md rounded-lg border border-line bg-surface p-5 text-ink backdrop:bg-black/50"
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
