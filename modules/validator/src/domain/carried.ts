/**
 * How many claims the messages of one event carry: some 35 KB, and as many lines of work for each module on the way. A payer
 * needs one; a transaction can hold thousands.
 */
export const maxCarried = 100

/** The payment that an event goes on with; `rest` is what its other claims amount to. */
export function paymentOf<Claim extends { readonly amountMicro: bigint; readonly logIndex: number }>(
  claims: readonly Claim[],
): { source: 'chain'; claims: Claim[]; rest?: { claims: number; amountMicro: bigint } } {
  const some = carried(claims)
  const sumOf = (all: readonly Claim[]): bigint => all.reduce((sum, claim) => sum + claim.amountMicro, 0n)
  const rest = { claims: claims.length - some.length, amountMicro: sumOf(claims) - sumOf(some) }
  return { source: 'chain', claims: some, ...(rest.claims === 0 ? {} : { rest }) }
}

/**
 * The claims that an event goes on with: the largest, in the order of their logs. The others are no less claimed: each is told of
 * by itself (`payment.claimed`), and becomes credit of the payer.
 */
export function carried<Claim extends { readonly amountMicro: bigint; readonly logIndex: number }>(
  claims: readonly Claim[],
): Claim[] {
  const byLog = (a: Claim, b: Claim): number => a.logIndex - b.logIndex
  const byAmount = (a: Claim, b: Claim): number =>
    a.amountMicro === b.amountMicro ? byLog(a, b) : a.amountMicro > b.amountMicro ? -1 : 1
  return [...claims].sort(byAmount).slice(0, maxCarried).sort(byLog)
}
