'use client'
import type { ReactNode } from 'react'
import { useBalance } from '../lib/account.ts'
import { grouped } from '../lib/format.ts'
import { Field, unitsFault } from './forms.tsx'
import { Unknown } from './states.tsx'

/** What is asked for at the left, and what it comes to at the right; below each other where it is narrow. */
export function OrderForm({ children, order }: { children: ReactNode; order: ReactNode }): ReactNode {
  return (
    <div className="grid gap-6 md:grid-cols-[3fr_2fr]">
      <div className="grid content-start gap-5">{children}</div>
      <div>{order}</div>
    </div>
  )
}

/** A number of units; with what their owner has free, where units are given away. */
export function UnitsField({
  value,
  onChange,
  owner,
  help,
}: {
  value: string
  onChange: (value: string) => void
  owner?: string
  help?: ReactNode
}): ReactNode {
  return (
    <Field
      label="Units"
      value={value}
      onChange={onChange}
      inputMode="numeric"
      error={unitsFault(value)}
      help={owner === undefined ? help : <Free onliId={owner} />}
    />
  )
}

export const areUnits = (text: string): boolean => text !== '' && unitsFault(text) === undefined

function Free({ onliId }: { onliId: string }): ReactNode {
  const { data } = useBalance(onliId)
  return <>You have {data ? grouped(data.species.available) : <Unknown label="your units are loading" />} free.</>
}
