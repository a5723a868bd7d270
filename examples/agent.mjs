// An agent that buys one unit at a time from the treasury within its mandate, until it meets a limit.
// Make it: npx species agent create buyer --as alice --usdt-per-day 5 --intents BUY_TREASURY
// Usage: MARKETPLACE_KEY_ID=… MARKETPLACE_PRIVATE_KEY=… node agent.mjs http://localhost:8080
import process from 'node:process'
import { setTimeout as pause } from 'node:timers/promises'
import { createClient, createSigner, newEventId, verifyReceipt } from '@species/sdk'

const [baseUrl] = process.argv.slice(2)
const { MARKETPLACE_KEY_ID: keyId, MARKETPLACE_PRIVATE_KEY: privateKey } = process.env
const client = createClient({ baseUrl, signer: createSigner({ alg: 'ed25519', keyId, privateKey }) })

const { onliId, limits } = await client.call('authenticate')
const jwks = await client.call('getReceiptKeys')
for (let bought = 0; ; bought++) {
  const refusal = await buyOne()
  if (refusal === undefined) continue
  const { use } = await client.call('getAgent', { path: { agentId: limits.agent } })
  console.log(`bought ${bought}, then ${refusal}; ${use.usdt.perDay.used} USDT used today`)
  break
}

/** Buys a unit. Returns why it was not bought. */
async function buyOne() {
  const eventId = newEventId() // a real agent keeps it before it sends
  const event = { eventId, from: onliId, to: 'treasury', amount: 1, payWith: { source: 'credit' } }
  for (;;) {
    const sent = await client.trade(event)
    // `approval_required`: show `sent.error.detail` to the owner; once they approve, send the same event again.
    if (sent.outcome === 'refused') return sent.error.code
    if (sent.outcome === 'accepted') break
    // `later` and `unknown`: the same event again, under the same id.
    await pause(sent.error.retryAfterMs ?? 1_000)
  }
  await client.waitForEnd(eventId)
  const { refusal } = await verifyReceipt((await client.getReceipt(eventId)).jws, jwks)
  return refusal?.code
}
