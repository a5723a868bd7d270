'use client'
import { useQueryClient } from '@tanstack/react-query'
import Link from 'next/link'
import { type ReactNode, useState } from 'react'
import { type AdminCall, type Done, act } from '../../lib/admin.ts'
import { when } from '../../lib/format.ts'
import { Field } from '../forms.tsx'
import { Problem } from '../states.tsx'

/** What an operator fills in beside the reason. */
interface Wish {
  readonly reason: string
  readonly value: string
}

interface Given {
  readonly label: string
  readonly says: ReactNode
  readonly call: (wish: Wish) => AdminCall
  readonly reason?: 'needed' | 'none'
  /** Another field to fill in. */
  readonly value?: { readonly label: string; readonly help?: string }
  /** The word that must be typed before the button works. */
  readonly typed?: string
  readonly isRisk?: boolean
}

/**
 * Something that an operator can do: what it does stands above the button, a reason is given, and what is grave is typed. What became
 * of it is said: done, or waiting for a second person.
 */
export function Action(given: Given): ReactNode {
  const { label, call, isRisk = false } = given
  const queries = useQueryClient()
  const [isOpen, setOpen] = useState(false)
  const [state, setState] = useState<{ busy: boolean; done?: Done; atMs?: number; error?: unknown }>({ busy: false })
  const run = async (wish: Wish): Promise<void> => {
    setState({ busy: true })
    try {
      const done = await act(call(wish))
      setState({ busy: false, done, atMs: Date.now() })
      setOpen(false)
    } catch (error) {
      setState({ busy: false, error })
    }
    await queries.invalidateQueries({ queryKey: ['admin'] })
  }
  return (
    <div className="mt-2">
      <button
        type="button"
        className="button"
        data-size="small"
        data-kind={isRisk ? 'risk' : undefined}
        aria-expanded={isOpen}
        onClick={() => {
          setOpen(!isOpen)
        }}
      >
        {label} …
      </button>
      {isOpen ? <Panel {...given} isBusy={state.busy} run={(wish) => void run(wish)} /> : undefined}
      <div role="status">{state.done ? <Said done={state.done} atMs={state.atMs ?? 0} /> : undefined}</div>
      {state.error === undefined ? undefined : (
        <div className="mt-2">
          <Problem error={state.error} />
        </div>
      )}
    </div>
  )
}

function Panel({
  label,
  says,
  reason = 'needed',
  value,
  typed,
  isRisk = false,
  isBusy,
  run,
}: Given & { isBusy: boolean; run: (wish: Wish) => void }): ReactNode {
  const [text, setText] = useState({ reason: '', value: '', typed: '' })
  const set = (name: keyof typeof text) => (to: string) => {
    setText((before) => ({ ...before, [name]: to }))
  }
  const isReady =
    (reason === 'none' || text.reason.trim().length >= 8) &&
    (value === undefined || text.value.trim() !== '') &&
    (typed === undefined || text.typed === typed)
  return (
    <div className="mt-2 grid max-w-xl gap-3 rounded-lg bg-sunken p-4">
      <div>{says}</div>
      {value ? <Field label={value.label} help={value.help} value={text.value} onChange={set('value')} /> : undefined}
      {reason === 'needed' ? (
        <Field
          label="Reason"
          help="At least eight characters. It is kept for ever with your name."
          value={text.reason}
          onChange={set('reason')}
        />
      ) : undefined}
      {typed === undefined ? undefined : <Field label={`Type “${typed}”`} value={text.typed} onChange={set('typed')} />}
      <button
        type="button"
        className="button justify-self-start"
        data-kind={isRisk ? 'risk' : 'main'}
        disabled={!isReady || isBusy}
        onClick={() => {
          run({ reason: text.reason.trim(), value: text.value.trim() })
        }}
      >
        {isBusy ? 'One moment …' : label}
      </button>
    </div>
  )
}

function Said({ done, atMs }: { done: Done; atMs: number }): ReactNode {
  if (done.kind === 'done') return <p className="mt-2 text-good">Done, {when(atMs)}.</p>
  return (
    <p className="mt-2 rounded-lg bg-warn-soft p-3 text-warn">
      It waits for a second person. You proposed: {done.proposal.inWords}.{' '}
      <Link href="/console/proposals" prefetch={false} className="underline">
        See the proposals
      </Link>
    </p>
  )
}
