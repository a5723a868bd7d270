import type { ReactNode } from 'react'
import { inGroups } from '../lib/format.ts'

/** An address or a hash in full, in groups that can be compared by eye. */
export function Groups({ text }: { text: string }): ReactNode {
  return (
    <span className="id flex flex-wrap gap-x-1.5">
      {inGroups(text).map((group, index) => (
        <span key={index}>{group}</span>
      ))}
    </span>
  )
}
