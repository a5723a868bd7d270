import type { ReactNode } from 'react'
import type { Difference } from '../../lib/config.ts'

/** What changed between two versions of the configuration. */
export function Differences({ found }: { found: readonly Difference[] }): ReactNode {
  if (found.length === 0) return <p className="text-muted">Nothing.</p>
  return (
    <ul className="grid gap-2">
      {found.map((one) => (
        <li key={one.path} className="break-words">
          <span className="id">{one.path}</span>
          <span className="block text-sm">
            <del className="text-bad">{one.before}</del> → <ins className="text-good no-underline">{one.after}</ins>
          </span>
        </li>
      ))}
    </ul>
  )
}
