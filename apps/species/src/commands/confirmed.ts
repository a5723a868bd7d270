import { Fault } from '@species/kernel'
import { signConfirmation } from '@species/sdk'
import type { CommandCall } from './command-call.ts'
import { signerOptions } from './connect.ts'

/** Sends a request of the user `--as` that changes where money goes: one of their two payout keys asks, the other confirms. */
export async function askConfirmed(call: CommandCall, path: string, body: object): Promise<unknown> {
  const onliId = call.options.needed('as')
  return await call.over(`${onliId}.payout`, async ({ client, directory }) => {
    const second = directory.readKey(`${onliId}.confirm`)
    if (!second)
      throw new Fault('no_key', {
        retryable: false,
        publicMessage: `There is no second key of ${onliId} to confirm with. Make both: ${call.hint(`key create ${onliId} --payout`)}`,
      })
    const action = { onliId, method: 'POST', path, body: JSON.stringify(body) }
    const confirmation = await signConfirmation(signerOptions(second), action)
    return (await client.request('POST', path, body, { 'species-confirmation': confirmation })).body
  })
}
