import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { playScenes } from '../../apps/species/src/demo/scenes.ts'
import { startTracing } from '../../apps/species/src/compose/tracing.ts'
import { AttackStage } from '../attacks/attack-stage.ts'
import { pay, trade } from '../../apps/species/src/demo/players.ts'
import { type CollectedSpan, type Collector, startCollector } from './collector.ts'

let collector: Collector
let stage: AttackStage
let tracing: ReturnType<typeof startTracing>

/** With this share of the traces sent. */
const start = async (ratio: number): Promise<void> => {
  collector = await startCollector()
  tracing = startTracing({ tracing: { url: collector.url, headers: undefined, ratio }, prefix: 'species' })
  stage = await AttackStage.start()
}
const stop = async (): Promise<void> => {
  await stage.close()
  await tracing.close()
}

describe('with every trace sent', () => {
  beforeAll(async () => {
    await start(1)
    await playScenes(stage, stage.players, () => undefined)
    const { alice } = stage.players
    const proof = await pay(stage, alice.walletAddress, '1500')
    await trade(alice.client, { from: 'alice', to: 'treasury', amount: 1_000, payWith: { chain: 'ETH', proof } })
  }, 60_000)
  afterAll(() => collector.close())

  it('1,000 events give 1,000 whole traces, each from its request to its receipt', async () => {
    const { alice } = stage.players
    const eventIds: string[] = []
    const send = async (): Promise<void> => {
      for (let sent = 0; sent < 50; sent++) {
        const eventId = `traced-${randomUUID()}`
        await alice.client.submitEvent({ eventId, from: 'alice', to: 'bob', amount: 1 })
        eventIds.push(eventId)
      }
    }
    await Promise.all(Array.from({ length: 20 }, send))
    const eventKeys: string[] = []
    for (const eventId of eventIds) {
      const completed = async (): Promise<unknown> => (await alice.client.getReceipt(eventId)).receipt['status']
      await expect.poll(completed, { timeout: 60_000 }).toBe('COMPLETED')
      eventKeys.push((await alice.client.getReceipt(eventId)).receipt['eventKey'])
    }
    await stop()

    const traces = Map.groupBy(collector.spans, ({ traceId }) => traceId)
    const traceOf = new Map(
      [...traces].flatMap(([traceId, spans]) =>
        spans.map((span) => [span.attributes['messaging.message.conversation_id'], traceId] as const),
      ),
    )
    expect(new Set(eventKeys.map((eventKey) => traceOf.get(eventKey))).size).toBe(1_000)
    for (const eventKey of eventKeys) {
      const spans = traces.get(traceOf.get(eventKey) ?? '') ?? []
      expect(incompleteParts(spans, eventKey)).toEqual([])
    }
  }, 300_000)
})

it('where no trace is to be sent, spans that failed are, and no others', async () => {
  await start(0)
  const { alice } = stage.players
  const proof = await pay(stage, alice.walletAddress, '20')
  await trade(alice.client, { from: 'alice', to: 'treasury', amount: 10, payWith: { chain: 'ETH', proof } })
  await stage.control('/faults', { partner: 'onli', operation: 'ChangeOwner', kind: 'down', times: 1 })
  await trade(alice.client, { from: 'alice', to: 'bob', amount: 1 })
  await stop()
  await collector.close()
  expect(collector.spans.map(({ name, failed }) => [name, failed])).toContainEqual(['onli ChangeOwner', true])
  expect(collector.spans.filter(({ failed }) => !failed)).toEqual([])
}, 60_000)

/** Each module and partner that a transfer passes. */
const steps = [
  'process classifier-accepted',
  'process validator-classified',
  'process matching-validated',
  'process cashier-matched',
  'process asset-manager-funded',
  'onli ChangeOwner',
  'process floor-manager-delivered',
  'onli VerifyOperations',
  'process cashier-confirmed',
  'process floor-manager-settled',
  'process marketplace-api-completed',
]

/** What a whole trace of a transfer lacks. */
function incompleteParts(spans: readonly CollectedSpan[], eventKey: string): string[] {
  const ids = new Set(spans.map(({ spanId }) => spanId))
  const orphans = spans.filter(({ parentSpanId }) => parentSpanId !== undefined && !ids.has(parentSpanId))
  const roots = spans.filter(({ parentSpanId }) => parentSpanId === undefined)
  const names = new Set(spans.map(({ name }) => name))
  const others = spans.filter(
    ({ attributes }) => (attributes['messaging.message.conversation_id'] ?? eventKey) !== eventKey,
  )
  return [
    ...(roots.length === 1 && roots[0]?.name === 'POST /marketplace/v1/events'
      ? []
      : [`roots: ${String(roots.length)}`]),
    ...orphans.map(({ name }) => `${name} has a parent that is not there`),
    ...steps.filter((name) => !names.has(name)).map((name) => `no ${name}`),
    ...others.map(({ name }) => `${name} is about another event`),
  ]
}
