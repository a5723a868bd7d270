import type { Client, NamedState, NewEvent, SignedReceipt } from '@species/sdk'
import { receiptInWords } from '../demo/receipt-words.ts'
import type { CommandCall } from './command-call.ts'

/** Sends an event and waits for its end; what is awaited meanwhile is shown on standard error. */
export async function sendEvent(
  call: Pick<CommandCall, 'note'>,
  client: Client,
  event: NewEvent,
): Promise<SignedReceipt> {
  await client.submitEvent(event)
  let shown = ''
  await client.waitForEnd(event.eventId, {
    onState: (view) => {
      const words = waitInWords(view)
      if (words !== undefined && words !== shown) call.note(words)
      shown = words ?? shown
    },
  })
  return await client.getReceipt(event.eventId)
}

/** What an event waits for, in one line; undefined where it waits for nothing. */
function waitInWords({ state, waitingFor, waitingUntil }: NamedState): string | undefined {
  if (typeof waitingFor !== 'string') return undefined
  return `${state}: ${waitingFor}${typeof waitingUntil === 'string' ? ` Until ${waitingUntil}.` : ''}`
}

/** Prints a receipt; exit code 0 where the event is completed, otherwise 1. */
export function printEnd(call: CommandCall, { receipt, jws }: SignedReceipt): void {
  call.print({ receipt, jws }, receiptInWords(receipt))
  call.exitCode = receipt['status'] === 'COMPLETED' ? 0 : 1
}
