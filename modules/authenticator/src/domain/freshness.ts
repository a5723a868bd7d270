/** How far the time of a signature may lie from ours, either way. */
export const maxSkewMs = 5 * 60_000

/** How long nonces are kept: longer than the span in which one signature is fresh (twice the skew). */
export const nonceLifeMs = 11 * 60_000

/** Whether a signature made at `signedAtMs` is taken at `nowMs`; `expiresAtMs` can only shorten its life. */
export function isFresh(signedAtMs: number, expiresAtMs: number | undefined, nowMs: number): boolean {
  return Math.abs(nowMs - signedAtMs) <= maxSkewMs && (expiresAtMs === undefined || nowMs <= expiresAtMs)
}
