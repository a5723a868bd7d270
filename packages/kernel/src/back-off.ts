/** How long to wait before the next try, in milliseconds: twice as long after each failed try, up to a longest pause. */
export interface BackOff {
  readonly firstMs: number
  readonly longestMs: number
}

/** The pause after so many failed tries; 0 is the first pause. */
export function backOffMs({ firstMs, longestMs }: BackOff, tries: number): number {
  return Math.min(firstMs * 2 ** Math.min(tries, 30), longestMs)
}
