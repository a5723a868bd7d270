/** How far the time of a signature may lie from ours, either way. */
export const maxSkewMs = 5 * 60_000

/** How long nonces are kept: longer than the span in which one signature is fresh (twice the skew). */
export const nonceLifeMs = 11 * 60_000

/** Until when a signature made at `signedAtMs` is taken; `expiresAtMs` can only shorten its life. */
export function freshUntil(signedAtMs: number, expiresAtMs: number | undefined): number {
  return Math.min(signedAtMs + maxSkewMs, expiresAtMs ?? Infinity)
}

/** Whether a signature made at `signedAtMs` is taken at `nowMs`. */
export function isFresh(signedAtMs: number, expiresAtMs: number | undefined, nowMs: number): boolean {
  return nowMs >= signedAtMs - maxSkewMs && nowMs <= freshUntil(signedAtMs, expiresAtMs)
}
