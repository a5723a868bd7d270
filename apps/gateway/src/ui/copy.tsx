'use client'
import { type ReactNode, useEffect, useState } from 'react'

/** Copies exactly this text, and says so. */
export function Copy({ text, what }: { text: string; what: string }): ReactNode {
  const [said, say] = useState<'' | 'Copied' | 'Not copied: mark it and copy it by hand'>('')
  useEffect(() => {
    if (said === '') return
    const timer = setTimeout(() => {
      say('')
    }, 3_000)
    return () => {
      clearTimeout(timer)
    }
  }, [said])
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text)
      say('Copied')
    } catch {
      say('Not copied: mark it and copy it by hand')
    }
  }
  return (
    <span className="inline-flex flex-wrap items-center gap-2">
      <button type="button" className="button" data-size="small" onClick={() => void copy()}>
        Copy {what}
      </button>
      <span role="status" className="text-sm text-muted">
        {said}
      </span>
    </span>
  )
}
