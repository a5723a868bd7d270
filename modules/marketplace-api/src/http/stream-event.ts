import { endStates, type State, states } from '@species/contracts'
import { type Endpoint, Problem, endpoint } from '@species/runtime'
import type { MarketplaceApiDeps } from '../app/deps.ts'
import { statusOf } from '../app/event-status.ts'
import { eventParams, ownEvent } from './get-event.ts'

const maxStreams = 1_000
const longestMs = 10 * 60_000
/** Messages can be lost, and steps that another process hands over within itself are not heard: the rows are asked this often. */
const backstopMs = 3_000

/** The states of an event as they are reached, as server-sent events (WHATWG HTML, section 9.2), until it ends. */
export function streamEvent(deps: MarketplaceApiDeps): Endpoint {
  let open = 0
  return endpoint(
    {
      method: 'get',
      path: '/marketplace/v1/events/{eventId}/stream',
      tag: 'Events',
      summary: 'The live states of an event of yours',
      access: 'read',
      params: eventParams,
      responses: {
        200: {
          description: 'Server-sent events: `state` for each state, the last one an end',
          contentType: 'text/event-stream',
        },
      },
    },
    async ({ principal, params, signal }) => {
      if (open >= maxStreams)
        throw new Problem('overloaded', 'Too many live streams are open. Poll the status instead.', {
          retryAfterSeconds: 5,
        })
      const row = await ownEvent(deps, principal.onliId, params.eventId)
      open++
      const body = liveStates(
        deps,
        row.eventKey,
        async () => await statusOf(deps, await ownEvent(deps, row.owner, row.eventId)),
        signal,
        () => {
          open--
        },
      )
      return new Response(body, {
        headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' },
      })
    },
  )
}

function liveStates(
  deps: MarketplaceApiDeps,
  eventKey: string,
  status: () => Promise<{ state: State }>,
  signal: AbortSignal,
  closed: () => void,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let stop = (): void => undefined
  return new ReadableStream<Uint8Array>({
    start(controller) {
      let last: State | undefined
      const say = (state: State): void => {
        if (state === last) return
        last = state
        controller.enqueue(encoder.encode(`event: state\ndata: ${JSON.stringify({ state })}\n\n`))
        if ((endStates as readonly string[]).includes(state)) finish()
      }
      const untaps = states.map((state) =>
        deps.bus.tap(state, (message) => {
          if (message.key === eventKey) say(state)
        }),
      )
      const ask = (): void => {
        status().then(
          (now) => {
            if (!finished) say(now.state)
          },
          (error: unknown) => {
            deps.log.warn({ eventKey, err: error }, 'a live stream could not ask for the state')
          },
        )
      }
      const timer = setInterval(ask, backstopMs)
      const end = setTimeout(() => {
        finish()
      }, longestMs)
      let finished = false
      const finish = (): void => {
        if (finished) return
        finished = true
        clearInterval(timer)
        clearTimeout(end)
        for (const untap of untaps) untap()
        signal.removeEventListener('abort', finish)
        closed()
        try {
          controller.close()
        } catch {
          // The client has gone and took the stream with it.
        }
      }
      stop = finish
      signal.addEventListener('abort', finish)
      ask()
    },
    cancel() {
      stop()
    },
  })
}
