import { formatUsdt } from './money.ts'

/** What a payment brought, for a refusal. `restMicro`: what more of its transaction was claimed than an event carries. */
export function paidInWords(paidMicro: bigint, restMicro = 0n): string {
  const paid = formatUsdt(paidMicro)
  return restMicro === 0n
    ? `${paid} were paid`
    : `${paid} were paid by the largest transfers of the transaction and ${formatUsdt(restMicro)} by the others, with which an event is not paid`
}
