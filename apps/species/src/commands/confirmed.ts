import { Fault } from '@species/kernel'
import { type Client, signConfirmation } from '@species/sdk'
import type { CommandCall } from './command-call.ts'
import { type Connection, signerOptions } from './connect.ts'

/** Sends a request of the user `--as` that changes where money goes: one of their two payout keys asks, the other confirms. */
export async function askConfirmed(call: CommandCall, path: string, body: object): Promise<unknown> {
  const onliId = call.options.needed('as')
  return await call.over(`${onliId}.payout`, async (connection) => {
    const request = { method: 'POST', path, body }
    return await sendConfirmed(connection, { onliId, ...request }, `key create ${onliId} --payout`, call)
  })
}

/** What a second key of a user confirms. */
interface Request {
  readonly onliId: string
  readonly method: string
  readonly path: string
  readonly body: object
}

/** Sends a request with the confirmation of the user's second key in the data directory. `remedy`: the command that makes one. */
export async function sendConfirmed(
  { client, directory }: Pick<Connection, 'directory'> & { client: Client },
  { onliId, method, path, body }: Request,
  remedy: string,
  call: CommandCall,
): Promise<unknown> {
  const second = directory.readKey(`${onliId}.confirm`)
  if (!second)
    throw new Fault('no_key', {
      retryable: false,
      publicMessage: `There is no second key of ${onliId} to confirm with. Make both: ${call.hint(remedy)}`,
    })
  const action = { onliId, method, path, body: JSON.stringify(body) }
  const confirmation = await signConfirmation(signerOptions(second), action)
  return (await client.request(method, path, body, { 'species-confirmation': confirmation })).body
}
