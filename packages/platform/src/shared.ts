/**
 * Computes an answer at most once in so many milliseconds, and gives it to all who ask meanwhile: for what any client may ask as often as
 * they like stays cheap. While one is being computed no second is begun, however long it takes. A failure is shared as well.
 */
export function sharedFor<T>(
  ms: number,
  compute: () => Promise<T>,
  now: () => number = () => performance.now(),
): () => Promise<T> {
  let last: Promise<T> | undefined
  let freshUntil = -Infinity
  let isComputing = false
  return () => {
    if (last !== undefined && (isComputing || now() < freshUntil)) return last
    isComputing = true
    freshUntil = now() + ms
    last = compute().finally(() => {
      isComputing = false
    })
    return last
  }
}
