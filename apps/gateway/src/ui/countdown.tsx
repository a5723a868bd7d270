'use client'
import { type ReactNode, useEffect, useState } from 'react'
import { clockTime } from '../lib/format.ts'

/** How long until a time, by this machine's clock, with the time itself. Only for the eye: the marketplace decides by its own clock. */
export function Countdown({ until }: { until: string }): ReactNode {
  const [nowMs, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => {
      setNow(Date.now())
    }, 1_000)
    return () => {
      clearInterval(timer)
    }
  }, [])
  const seconds = Math.max(0, Math.ceil((Date.parse(until) - nowMs) / 1_000))
  return (
    <span role="timer">
      {seconds === 0 ? 'over' : inWords(seconds)} <span className="text-muted">({clockTime(until)})</span>
    </span>
  )
}

function inWords(seconds: number): string {
  const [hours, minutes, rest] = [Math.floor(seconds / 3_600), Math.floor((seconds % 3_600) / 60), seconds % 60]
  if (hours > 0) return `${hours} h ${minutes} min`
  return minutes > 0 ? `${minutes} min ${rest} s` : `${rest} s`
}
