import type { OutputOf } from './api.ts'
import { pause } from './pause.ts'
import { SpeciesError } from './species-error.ts'

export interface WaitOptions {
  /** Ms in all; default one minute. */
  readonly timeoutMs?: number
  /** Ms between two questions where there is no live stream; default 250. */
  readonly pollMs?: number
  /** Told each state that is seen, with what the event waits for; the end is the answer. */
  readonly onState?: (view: NamedState) => void
  /** Ends the waiting, with `still_waiting`. The event goes on. */
  readonly signal?: AbortSignal
}

/** An event as `GET /marketplace/v1/events/{eventId}` shows it. */
export type EventView = OutputOf<'getEvent'>

/** A state, and what an event waits for there, as its stream and its status say it. */
export type NamedState = Pick<EventView, 'state'> & Partial<EventView>

const endStates = new Set(['completed', 'failed', 'disputed'])

/**
 * Waits for the end of an event. The stream is a doorbell: it says when to look, and what counts is the answer of `read`.
 * Where there is no stream, or it breaks, `read` is asked again and again.
 */
export async function waitForEnd(
  event: { eventId: string; stream: (signal: AbortSignal) => Promise<Response>; read: () => Promise<EventView> },
  { timeoutMs = 60_000, pollMs = 250, onState = () => undefined, signal: given }: WaitOptions,
): Promise<EventView> {
  const time = AbortSignal.timeout(timeoutMs)
  const signal = given ? AbortSignal.any([time, given]) : time
  await streamEnds(event.stream, signal, onState)
  for (;;) {
    const view = await event.read()
    if (endStates.has(view.state)) return view
    onState(view)
    if (signal.aborted) {
      const detail = `${event.eventId} is ${view.state} and has not ended yet. It goes on: ask again.`
      throw new SpeciesError({ code: 'still_waiting', status: 0, detail, retryable: true })
    }
    await pause(pollMs, signal)
  }
}

/** Resolves when the stream has named an end, or there is no stream (any longer), or the time is over. */
async function streamEnds(
  open: (signal: AbortSignal) => Promise<Response>,
  signal: AbortSignal,
  onState: NonNullable<WaitOptions['onState']>,
): Promise<void> {
  try {
    const response = await open(signal)
    const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true
    if (!response.ok || !isStream || !response.body) {
      await response.body?.cancel()
      return
    }
    for await (const line of linesOf(response.body)) {
      const view = viewIn(line)
      if (view && endStates.has(view.state)) return
      if (view) onState(view)
    }
  } catch {
    // Asking tells the same, later: a broken stream is no failure.
  }
}

/** By reader: not every browser iterates streams. */
async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let waiting = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      const lines = (waiting + decoder.decode(value, { stream: true })).split(/\r?\n/)
      waiting = lines.pop() ?? ''
      yield* lines
    }
  } finally {
    await reader.cancel()
  }
}

function viewIn(line: string): NamedState | undefined {
  if (!line.startsWith('data:')) return undefined
  try {
    const value: unknown = JSON.parse(line.slice(5))
    const isState = typeof value === 'object' && value !== null && 'state' in value && typeof value.state === 'string'
    return isState ? (value as NamedState) : undefined
  } catch {
    return undefined // not ours
  }
}
