import { type EventKeyRow, endStates } from '@species/contracts'
import { type Endpoint, Problem, endpoint } from '@species/http'
import { z } from 'zod'
import type { MarketplaceApiDeps } from '../app/deps.ts'
import { ownEvent } from '../app/event-status.ts'
import { type LiveStates, type ToldState, createLiveStates } from '../app/live-states.ts'
import { createStreamPlaces, maxStreamsOfOwner } from '../domain/stream-places.ts'
import { eventParams } from './get-event.ts'

const longestMs = 10 * 60_000
/** Proxies close a connection that is silent for 15 to 60 seconds. A comment is no event (WHATWG HTML, section 9.2.6). */
export const heartbeatMs = 10_000

/** The states of an event as they are reached, as server-sent events (WHATWG HTML, section 9.2), until it ends. */
export function streamEvent(deps: MarketplaceApiDeps): Endpoint {
  const places = createStreamPlaces()
  const live = createLiveStates(deps)
  return endpoint(
    {
      method: 'get',
      path: '/marketplace/v1/events/{eventId}/stream',
      operationId: 'streamEvent',
      tag: 'Events',
      summary: 'The live states of an event of yours',
      description:
        'Ends with the event, or after ten minutes: connect again then. A comment every ten seconds keeps the connection open.',
      access: 'read',
      problems: ['not_found'],
      params: eventParams,
      responses: {
        200: {
          description:
            'Server-sent events: `state` for each state that is seen, with why it is there as in the status, the last one an end. Quick steps may be passed over; a wait is told again as it gets on.',
          schema: z.string(),
          contentType: 'text/event-stream',
        },
      },
    },
    async ({ principal, params, signal }) => {
      const leave = places.take(principal.onliId)
      if (leave === 'mine')
        throw new Problem(
          'rate_limited',
          `You have ${maxStreamsOfOwner} live streams open. Close one, or ask for the status instead.`,
          { retryAfterSeconds: 5 },
        )
      if (leave === 'all')
        throw new Problem('overloaded', 'Too many live streams are open. Ask for the status instead.', {
          retryAfterSeconds: 5,
        })
      try {
        const row = await ownEvent(deps, principal.onliId, params.eventId)
        return new Response(streamOf(live, row, signal, leave), {
          headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' },
        })
      } catch (error) {
        leave()
        throw error
      }
    },
  )
}

/** Listens from the first read on: what is not read, as the answer to HEAD, asks and hears nothing. */
function streamOf(
  live: LiveStates,
  row: EventKeyRow,
  signal: AbortSignal,
  leave: () => void,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let unfollow: (() => void) | undefined
  let heartbeat: NodeJS.Timeout | undefined
  let isOver = false
  let close = (): void => undefined
  const hasEnded = (): boolean => isOver
  const finish = (): void => {
    if (isOver) return
    isOver = true
    clearTimeout(longest)
    clearInterval(heartbeat)
    signal.removeEventListener('abort', finish)
    unfollow?.()
    leave()
    close()
  }
  const longest = setTimeout(finish, longestMs)
  signal.addEventListener('abort', finish)
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        close = () => {
          controller.close()
        }
      },
      pull(controller) {
        if (unfollow || isOver) return
        const say = (told: ToldState): void => {
          if (isOver) return
          controller.enqueue(encoder.encode(`event: state\ndata: ${JSON.stringify(told)}\n\n`))
          if ((endStates as readonly string[]).includes(told.state)) finish()
        }
        heartbeat = setInterval(() => {
          controller.enqueue(encoder.encode(': waiting\n\n'))
        }, heartbeatMs)
        unfollow = live.follow(row, say)
        // What is told first may be the end already.
        if (hasEnded()) unfollow()
      },
      cancel() {
        // It is closed already: closing it once more would throw.
        close = () => undefined
        finish()
      },
    },
    { highWaterMark: 0 },
  )
}
