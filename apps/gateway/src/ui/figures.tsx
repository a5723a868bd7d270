import type { ReactNode } from 'react'
import { usdt } from '../lib/format.ts'
import { Unknown } from './states.tsx'

/** Figures below each other, as on a bill. */
export function Bill({ children }: { children: ReactNode }): ReactNode {
  return <dl className="grid grid-cols-[1fr_auto] gap-x-4 gap-y-1.5">{children}</dl>
}

export function Row({
  name,
  isSum = false,
  children,
}: {
  name: string
  isSum?: boolean
  children: ReactNode
}): ReactNode {
  const look = isSum ? 'text-lg font-semibold' : ''
  return (
    <>
      <dt className={isSum ? look : 'text-muted'}>{name}</dt>
      <dd className={`text-right ${look}`}>{children}</dd>
    </>
  )
}

/** An exact amount, or a grey bar while it is not known. */
export function amount(text: string | undefined): ReactNode {
  return text === undefined ? <Unknown /> : `${usdt(text)} USDT`
}
