import type { NamedState, SignedReceipt } from '@species/sdk'
import { receiptInWords } from '../demo/receipt-words.ts'
import type { Connection } from './connect.ts'
import { print } from './output.ts'

/** Sends an event and waits for its end; what is awaited meanwhile is shown on standard error. */
export async function sendEvent(
  { client }: Pick<Connection, 'client'>,
  event: Readonly<Record<string, unknown>> & { readonly eventId: string },
): Promise<SignedReceipt> {
  await client.submitEvent(event)
  let shown = ''
  await client.waitForEnd(event.eventId, {
    onState: (view) => {
      const words = waitInWords(view)
      if (words !== undefined && words !== shown) process.stderr.write(`${words}\n`)
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
export function printEnd(options: { json?: boolean }, { receipt, jws }: SignedReceipt): void {
  print(options, { receipt, jws }, receiptInWords(receipt))
  process.exitCode = receipt['status'] === 'COMPLETED' ? 0 : 1
}
