import { createClient, createSigner, newEventId } from '@species/sdk'
import { expect, it } from 'vitest'
import { signerOptions } from '../../apps/species/src/commands/connect.ts'
import { AttackStage, until } from '../attacks/attack-stage.ts'
import { startBadProxy } from './bad-proxy.ts'

/** More by `PROXY_OPERATIONS=10000`. */
const operations = Number(process.env['PROXY_OPERATIONS'] ?? 200)

it(
  'behind a proxy that cuts, delays, repeats and answers 502, each of many operations has its effect exactly once',
  async () => {
    const stage = await AttackStage.start()
    const proxy = await startBadProxy(stage.baseUrl, seeded(7))
    try {
      await stage.buy('alice', operations)
      const key = stage.players.alice.key
      const client = createClient({
        baseUrl: proxy.url,
        publicUrl: stage.baseUrl,
        signer: createSigner(signerOptions(key)),
      })
      const ids = Array.from({ length: operations }, newEventId)
      const outcomes = new Map<string, number>()
      const left = [...ids]
      const worker = async (): Promise<void> => {
        for (let eventId = left.pop(); eventId !== undefined; eventId = left.pop()) {
          // As a program does that knows the outcomes: under the same id until it is known.
          for (let sent = false; !sent;) {
            const { outcome } = await client.trade({ eventId, from: 'alice', to: 'bob', amount: 1 })
            outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
            sent = outcome === 'accepted'
            if (outcome === 'refused') throw new Error(`${eventId} was refused`)
          }
        }
      }
      await Promise.all(Array.from({ length: 8 }, worker))

      await until(
        async () => await stage.units('bob'),
        ({ total }) => total >= operations,
        120_000,
      )
      expect((await stage.units('bob')).total).toBe(operations)
      expect((await stage.units('alice')).total).toBe(0)
      for (const eventId of ids.slice(0, 50))
        expect((await stage.players.alice.client.getReceipt(eventId)).receipt.status).toBe('COMPLETED')
      expect(outcomes.get('accepted')).toBe(operations)
      for (const [kind, count] of Object.entries(proxy.counts)) expect([kind, count > 0]).toEqual([kind, true])
    } finally {
      await proxy.close()
      await stage.endWell()
    }
  },
  Math.max(240_000, operations * 600),
)

/** Numbers from 0 to 1, always the same (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
