'use client'
import { type ReactNode, useState } from 'react'
import { useAdmin } from '../../lib/admin.ts'
import { when } from '../../lib/format.ts'
import { Field } from '../forms.tsx'
import { Empty } from '../states.tsx'
import { Raw, id } from './facts.tsx'
import { Answer, ConsolePage } from './frame.tsx'

interface Line {
  readonly seq: number
  readonly at: string
  readonly operatorId: string
  readonly keyId: string
  readonly action: string
  readonly target: string
  readonly phase: string
  readonly reason?: string
  readonly facts: Readonly<Record<string, unknown>>
  readonly requestId: string
}

export function AuditPage(): ReactNode {
  const [filter, setFilter] = useState({ operatorId: '', action: '', target: '' })
  const [before, setBefore] = useState<number>()
  const query = new URLSearchParams(Object.entries(filter).filter(([, value]) => value !== ''))
  if (before !== undefined) query.set('before', String(before))
  const lines = useAdmin<{ lines: readonly Line[]; nextBefore?: number }>(`/audit?${query.toString()}`, 15_000)
  const set = (name: keyof typeof filter) => (value: string) => {
    setBefore(undefined)
    setFilter((was) => ({ ...was, [name]: value }))
  }
  return (
    <ConsolePage title="Audit log">
      <div className="mb-4 grid gap-3 sm:grid-cols-3">
        <Field label="Who" value={filter.operatorId} onChange={set('operatorId')} />
        <Field label="Action" value={filter.action} onChange={set('action')} help="Whole, such as config.change" />
        <Field label="To what" value={filter.target} onChange={set('target')} />
      </div>
      <Answer of={lines} what="the audit log">
        {(data) => (
          <>
            {data.lines.length === 0 ? <Empty>No line fits.</Empty> : undefined}
            <ul className="divide-y divide-line border-y border-line">
              {data.lines.map((one) => (
                <OneLine key={one.seq} one={one} />
              ))}
            </ul>
            <p className="mt-3 flex flex-wrap gap-3">
              {data.nextBefore === undefined ? undefined : (
                <button
                  type="button"
                  className="button"
                  data-size="small"
                  onClick={() => {
                    setBefore(data.nextBefore)
                  }}
                >
                  Older
                </button>
              )}
              <button
                type="button"
                className="button"
                data-size="small"
                onClick={() => {
                  download(data.lines)
                }}
              >
                Download these lines
              </button>
            </p>
          </>
        )}
      </Answer>
    </ConsolePage>
  )
}

function OneLine({ one }: { one: Line }): ReactNode {
  return (
    <li className="py-2">
      <p>
        <b>{one.operatorId}</b> {one.phase} <span className="id">{one.action}</span> of{' '}
        <span className="id">{one.target}</span>
      </p>
      <p className="text-sm text-muted">
        {when(one.at)}
        {one.reason === undefined ? '' : `: ${one.reason}`}
      </p>
      <details>
        <summary className="cursor-pointer text-sm">What it was</summary>
        <Raw value={one.facts} label={`Facts of line ${one.seq}`} />
        <p className="text-sm">
          {id(one.keyId)} · {id(one.requestId)}
        </p>
      </details>
    </li>
  )
}

function download(lines: readonly Line[]): void {
  const text = lines.map((one) => JSON.stringify(one)).join('\n')
  const address = URL.createObjectURL(new Blob([text], { type: 'application/x-ndjson' }))
  const link = document.createElement('a')
  link.href = address
  link.download = `audit-${lines.at(-1)?.seq ?? 0}-${lines[0]?.seq ?? 0}.ndjson`
  link.click()
  URL.revokeObjectURL(address)
}
