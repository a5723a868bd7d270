import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import { SpeciesError } from './species-error.ts'

export interface WaitOptions {
  /** Ms in all; default one minute. */
  readonly timeoutMs?: number
  /** Ms between two questions where there is no live stream; default 250. */
  readonly pollMs?: number
}

const endStates = new Set(['completed', 'failed', 'disputed'])
export const eventViewSchema = z.looseObject({ eventId: z.string(), state: z.string() })
const namedStateSchema = z.looseObject({ state: z.string() })

/** An event as `GET /marketplace/v1/events/{eventId}` shows it. */
export type EventView = z.infer<typeof eventViewSchema>

/**
 * Waits for the end of an event. The stream is a doorbell: it says when to look, and what counts is the answer of `read`.
 * Where there is no stream, or it breaks, `read` is asked again and again.
 */
export async function waitForEnd(
  event: { eventId: string; stream: (signal: AbortSignal) => Promise<Response>; read: () => Promise<EventView> },
  { timeoutMs = 60_000, pollMs = 250 }: WaitOptions,
): Promise<EventView> {
  const signal = AbortSignal.timeout(timeoutMs)
  await streamEnds(event.stream, signal)
  for (;;) {
    const view = await event.read()
    if (isEnd(view.state)) return view
    if (signal.aborted) {
      const detail = `${event.eventId} is ${view.state} and has not ended yet. It goes on: ask again.`
      throw new SpeciesError({ code: 'still_waiting', status: 0, detail, retryable: true })
    }
    await pause(pollMs)
  }
}

/** Resolves when the stream has named an end, or there is no stream (any longer), or the time is over. */
async function streamEnds(open: (signal: AbortSignal) => Promise<Response>, signal: AbortSignal): Promise<void> {
  try {
    const response = await open(signal)
    const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true
    if (!response.ok || !isStream || !response.body) {
      await response.body?.cancel()
      return
    }
    let waiting = ''
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream(), { signal })) {
      const lines = (waiting + chunk).split(/\r?\n/)
      waiting = lines.pop() ?? ''
      if (lines.some(namesEnd)) return
    }
  } catch {
    // Asking tells the same, later: a broken stream is no failure.
  }
}

function namesEnd(line: string): boolean {
  if (!line.startsWith('data:')) return false
  try {
    const named = namedStateSchema.safeParse(JSON.parse(line.slice(5)))
    return named.success && isEnd(named.data.state)
  } catch {
    return false // not ours
  }
}

function isEnd(state: string): boolean {
  return endStates.has(state.toLowerCase())
}
