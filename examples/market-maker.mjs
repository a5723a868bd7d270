// A market maker: keeps units for sale above the price of the treasury, and takes them back when it ends or that price moves.
// Make its key: npx species keys create --as alice --intents SELL_MARKET,DELIST
// Usage: MARKETPLACE_KEY_ID=… MARKETPLACE_PRIVATE_KEY=… node market-maker.mjs http://localhost:8080 [rounds]
import process from 'node:process'
import { setTimeout as pause } from 'node:timers/promises'
import { createClient, createSigner, newEventId } from '@species/sdk'

const [baseUrl, rounds = 'Infinity'] = process.argv.slice(2)
const { MARKETPLACE_KEY_ID: keyId, MARKETPLACE_PRIVATE_KEY: privateKey } = process.env
const client = createClient({ baseUrl, signer: createSigner({ alg: 'ed25519', keyId, privateKey }) })
const { onliId: from } = await client.call('authenticate')

/** In hundredths of a per cent above the treasury, and how many units. */
const levels = [
  { above: 100n, units: 3 },
  { above: 200n, units: 3 },
]
/** Our listings by level, at the price of the treasury that they were made for. */
const open = new Map()
let stopping = false
process.once('SIGINT', () => (stopping = true))

for (let round = 0; round < Number(rounds) && !stopping; round++) {
  if (round > 0) await pause(5_000)
  await quote()
}
await cancelAll()

/** Brings the book to what the levels say. */
async function quote() {
  const { treasuryPrice, trading } = await client.call('getMarketConfig')
  if (trading !== 'on') return await cancelAll()
  if ([...open.values()].some((one) => one.treasuryPrice !== treasuryPrice)) await cancelAll()
  for (const { above, units } of levels) {
    const before = open.get(above)
    const left = before
      ? (await client.call('getListing', { path: { listingId: before.listingId } })).unitsAvailable
      : '0'
    if (Number(left) === units) continue
    if (before) await cancel(above)
    const unitPrice = priceAbove(treasuryPrice, above)
    const receipt = await done({ intent: 'SELL_MARKET', to: 'market', amount: units, putProceeds: { unitPrice } })
    if (receipt.status !== 'COMPLETED') throw new Error(receipt.refusal.detail)
    open.set(above, { listingId: receipt.listingId, treasuryPrice })
    console.log(`offers ${units} at ${unitPrice}`)
  }
}

async function cancelAll() {
  for (const above of open.keys()) await cancel(above)
}

async function cancel(above) {
  const { listingId } = open.get(above)
  const { status, refusal } = await done({ intent: 'DELIST', delist: listingId })
  if (status !== 'COMPLETED' && !['nothing_to_delist', 'listing_gone'].includes(refusal.code))
    throw new Error(refusal.detail)
  open.delete(above)
  console.log(`took ${listingId} back`)
}

/** Sends an event until it is accepted, and waits for its receipt. */
async function done(wanted) {
  const event = { eventId: newEventId(), from, ...wanted }
  for (;;) {
    const sent = await client.trade(event)
    if (sent.outcome === 'accepted') break
    if (sent.outcome === 'refused') throw sent.error
    await pause(sent.error.retryAfterMs ?? 1_000)
  }
  await client.waitForEnd(event.eventId)
  return (await client.getReceipt(event.eventId)).receipt
}

/** A decimal price, exactly: micro-USDT are whole numbers. */
function priceAbove(price, above) {
  const [whole, places = ''] = price.split('.')
  const micro = BigInt(whole + places.padEnd(6, '0').slice(0, 6))
  const text = ((micro * (10_000n + above) + 9_999n) / 10_000n).toString().padStart(7, '0')
  return `${text.slice(0, -6)}.${text.slice(-6)}`
}
