'use client'
import type { ReactNode } from 'react'
import { Problem } from '../ui/states.tsx'

export default function PageError({ error, reset }: { error: Error; reset: () => void }): ReactNode {
  return <Problem error={error} retry={reset} />
}
