import type { Dossier } from '@species/contracts'
import type { Message } from '@species/bus'
import type { ReceiptRow } from '../adapters/receipt-rows.ts'
import type { FloorManagerDeps } from './deps.ts'

/** Counts and logs the end of an event, when its first receipt has been written: once, however often the message comes. */
export function observeEnd(
  deps: Pick<FloorManagerDeps, 'metrics' | 'log'>,
  message: Message<'settled' | 'returned'>,
  row: Pick<ReceiptRow, 'receiptId' | 'issuedAtMs' | 'state'>,
): void {
  const { metrics } = deps
  const { eventKey, eventId, times, refusal, match, funding, ...dossier }: Dossier = message.body
  const intent = dossier.intent ?? 'none'
  metrics.eventSeconds.observe(
    { end: row.state, intent },
    (row.issuedAtMs - (times.accepted ?? row.issuedAtMs)) / 1_000,
  )
  if (row.state === 'completed' && match) {
    metrics.volumeUnits.inc({ intent }, Number(match.units))
    metrics.volumeUsdt.inc({ intent }, inUsdt(match.totalMicro))
    metrics.feesUsdt.inc({ intent }, inUsdt(funding?.feeMicro ?? 0n))
  }
  if (row.state === 'failed' && refusal) metrics.refusalTotal.inc({ code: refusal.code, seen: 'receipt' })
  deps.log.info(
    { eventKey, eventId, trace: message.trace, receiptId: row.receiptId, code: refusal?.code },
    `event ${row.state}`,
  )
}

/** For a gauge and a rate: a number is exact enough. */
const inUsdt = (micro: bigint): number => Number(micro) / 1_000_000
