import type { ReactNode } from 'react'

/** Names and values below each other; what is not there is left out. */
export function Facts({ rows }: { rows: readonly (readonly [name: string, value: ReactNode])[] }): ReactNode {
  return (
    <dl className="grid gap-x-4 gap-y-1 sm:grid-cols-[auto_1fr]">
      {rows
        .filter(([, value]) => value !== undefined && value !== '')
        .map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-sm text-muted sm:text-base">{name}</dt>
            <dd className="mb-1 min-w-0 break-words sm:mb-0">{value}</dd>
          </div>
        ))}
    </dl>
  )
}

/** JSON as it is, in text that can be marked. */
export function Raw({ value, label }: { value: unknown; label: string }): ReactNode {
  return (
    <pre
      className="id max-h-96 overflow-auto rounded-lg bg-sunken p-3 whitespace-pre-wrap"
      tabIndex={0}
      role="region"
      aria-label={label}
    >
      {JSON.stringify(value, undefined, 2)}
    </pre>
  )
}

export const id = (text: string | undefined): ReactNode =>
  text === undefined ? undefined : <span className="id">{text}</span>
