'use client'
import { useEffect, useState } from 'react'
import type { EventState } from './account.ts'
import { ApiError, api, send } from './api.ts'

export interface Seen extends EventState {
  /** When this browser was told, Unix milliseconds. */
  readonly atMs: number
}

const endStates = new Set(['completed', 'failed', 'disputed'])
export const isEnd = (state: string): boolean => endStates.has(state)

/** The states of an event as they come: by its live stream, and by asking where there is none. */
export function useEventStates(eventId: string): { readonly states: readonly Seen[]; readonly error: unknown } {
  const [states, setStates] = useState<readonly Seen[]>([])
  const [error, setError] = useState<unknown>()
  useEffect(() => {
    const stopping = new AbortController()
    const { signal } = stopping
    setStates([])
    setError(undefined)
    const say = (told: EventState): void => {
      setError(undefined)
      setStates((before) => {
        const last = before.at(-1)
        const seen = { ...told, atMs: Date.now() }
        return last?.state === told.state ? [...before.slice(0, -1), seen] : [...before, seen]
      })
    }
    void follow(eventId, say, setError, signal)
    return () => {
      stopping.abort()
    }
  }, [eventId])
  return { states, error }
}

const againMs = 2_000

async function follow(
  eventId: string,
  say: (told: EventState) => void,
  fail: (error: unknown) => void,
  signal: AbortSignal,
): Promise<void> {
  const path = `/marketplace/v1/events/${encodeURIComponent(eventId)}`
  for (;;) {
    try {
      const now = await api<EventState>(path, { signal })
      say(now)
      if (isEnd(now.state)) return
      const stream = await send(`${path}/stream`, { signal, headers: { accept: 'text/event-stream' } })
      for await (const told of statesOf(stream)) say(told)
    } catch (error) {
      if (stopped(signal)) return
      fail(error)
      if (error instanceof ApiError && !error.isRetryable) return
    }
    await new Promise((resolve) => setTimeout(resolve, againMs))
    if (stopped(signal)) return
  }
}

function stopped(signal: AbortSignal): boolean {
  return signal.aborted
}

async function* statesOf(response: Response): AsyncGenerator<EventState> {
  if (!response.body) return
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ''
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    const lines = (rest + value).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) if (line.startsWith('data:')) yield JSON.parse(line.slice(5)) as EventState
  }
}
