/** The versions in force at some moment from `fromMs` to `toMs`, of a history that is oldest first. The first counts before its time, too. */
export function inForce<Version extends { readonly sinceMs: number }>(
  history: readonly Version[],
  fromMs: number,
  toMs: number,
): Version[] {
  return history.filter(
    ({ sinceMs }, index) => (index === 0 || sinceMs <= toMs) && (history[index + 1]?.sinceMs ?? Infinity) > fromMs,
  )
}
