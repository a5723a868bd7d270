import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import { SpeciesError } from './species-error.ts'

export interface WaitOptions {
  /** Ms in all; default one minute. */
  readonly timeoutMs?: number
  /** Ms between two questions where there is no live stream; default 250. */
  readonly pollMs?: number
  /** Told each state that is seen, with what the event waits for; the end is the answer. */
  readonly onState?: (view: NamedState) => void
}

const endStates = new Set(['completed', 'failed', 'disputed'])
export const eventViewSchema = z.looseObject({ eventId: z.string(), state: z.string() })
const namedStateSchema = z.looseObject({ state: z.string() })
/** A state, and what an event waits for there, as its stream and its status say it. */
export type NamedState = z.infer<typeof namedStateSchema>

/** An event as `GET /marketplace/v1/events/{eventId}` shows it. */
export type EventView = z.infer<typeof eventViewSchema>

/**
 * Waits for the end of an event. The stream is a doorbell: it says when to look, and what counts is the answer of `read`.
 * Where there is no stream, or it breaks, `read` is asked again and again.
 */
export async function waitForEnd(
  event: { eventId: string; stream: (signal: AbortSignal) => Promise<Response>; read: () => Promise<EventView> },
  { timeoutMs = 60_000, pollMs = 250, onState = () => undefined }: WaitOptions,
): Promise<EventView> {
  const signal = AbortSignal.timeout(timeoutMs)
  await streamEnds(event.stream, signal, onState)
  for (;;) {
    const view = await event.read()
    if (isEnd(view.state)) return view
    onState(view)
    if (signal.aborted) {
      const detail = `${event.eventId} is ${view.state} and has not ended yet. It goes on: ask again.`
      throw new SpeciesError({ code: 'still_waiting', status: 0, detail, retryable: true })
    }
    await pause(pollMs)
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
    let waiting = ''
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream(), { signal })) {
      const lines = (waiting + chunk).split(/\r?\n/)
      waiting = lines.pop() ?? ''
      const views = lines.flatMap((line) => viewIn(line) ?? [])
      if (views.some((view) => isEnd(view.state))) return
      for (const view of views) onState(view)
    }
  } catch {
    // Asking tells the same, later: a broken stream is no failure.
  }
}

function viewIn(line: string): NamedState | undefined {
  if (!line.startsWith('data:')) return undefined
  try {
    return namedStateSchema.safeParse(JSON.parse(line.slice(5))).data
  } catch {
    return undefined // not ours
  }
}

function isEnd(state: string): boolean {
  return endStates.has(state.toLowerCase())
}
