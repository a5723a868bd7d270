import { createClient, createSigner } from '@species/sdk'
import { signerOptions } from '../commands/connect.ts'
import type { DataDirectory } from '../processes/data-directory.ts'
import { type Stage, enter, pay, trade } from './players.ts'
import { receiptInWords } from './receipt-words.ts'

const firstEventId = 'first-trade'

/**
 * At the first start: makes the demo users and has alice buy ten units from the treasury, through the public API like anybody
 * else. Later: shows that receipt again.
 */
export async function firstTrade(
  directory: DataDirectory,
  sandboxUrl: string | undefined,
  address: Pick<Stage, 'baseUrl' | 'publicUrl'>,
  say: (line: string) => void,
): Promise<string> {
  const operatorKey = directory.readKey('operator')
  if (sandboxUrl === undefined || !operatorKey) return 'No demo users: the partners are real.'
  const known = directory.readKey('alice')
  if (known) {
    const client = createClient({ ...address, signer: createSigner(signerOptions(known)) })
    return `The first trade's receipt, as it was kept:\n\n${receiptInWords((await client.getReceipt(firstEventId)).receipt)}\n`
  }
  say('First start: making the demo users alice and bob, and playing a first trade.')
  const stage: Stage = {
    ...address,
    sandboxUrl,
    operator: createClient({ ...address, signer: createSigner(signerOptions(operatorKey)) }),
  }
  const alice = await enter(stage, 'alice')
  const bob = await enter(stage, 'bob')
  say('  alice pays 120 USDT on the sandbox’s Ethereum and buys 100 units from the treasury …')
  const proof = await pay(stage, alice.walletAddress, '120')
  const receipt = await trade(alice.client, {
    eventId: firstEventId,
    from: 'alice',
    to: 'treasury',
    amount: 100,
    payWith: { currency: 'USDT', chain: 'ETH', proof },
  })
  directory.writeKey('bob', bob.key)
  directory.writeKey('alice', alice.key)
  return `\n${receiptInWords(receipt)}\n`
}
