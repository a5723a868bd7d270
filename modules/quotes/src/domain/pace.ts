/** How soon the list of an address is read again. */

const quickMs = 5_000
const steadyMs = 15_000
/** A payer who has just asked for a quote pays soon. */
const quickForMs = 180_000
const longestMs = 3_600_000
/** Late money is looked for as long as an address of a paid quote rests. */
export const watchedForMs = 30 * 86_400_000

/** What of an address matters for the pace. Times in Unix milliseconds. */
export interface Watched {
  /** When the newest quote that is not over was made. */
  readonly heldSinceMs: number | undefined
  /** Whether anyone waits for what is there: an event, or a payment that is not final. */
  readonly isAwaited: boolean
  /** When the last quote of it ended. */
  readonly endedAtMs: number | undefined
}

/**
 * The pause until the next look; undefined where nothing is looked for any more. After a quote has ended the pause is as long as that
 * is ago: what comes late mostly comes soon. `agedMs` is never ahead: looking is not given up by a clock that was set forward.
 */
export function pauseMs(
  { heldSinceMs, isAwaited, endedAtMs }: Watched,
  { nowMs, agedMs }: { readonly nowMs: number; readonly agedMs: number },
): number | undefined {
  if (isAwaited) return quickMs
  if (heldSinceMs !== undefined) return nowMs - heldSinceMs < quickForMs ? quickMs : steadyMs
  if (endedAtMs === undefined || agedMs - endedAtMs >= watchedForMs) return undefined
  return Math.min(Math.max(nowMs - endedAtMs, 60_000), longestMs)
}
