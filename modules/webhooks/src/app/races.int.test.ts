import { postgresAnswers, postgresWith } from '@species/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { webhooksModule } from '../index.ts'
import { createWorld, ended, news } from '../test-world.ts'
import { createTurns } from './run-turns.ts'

describe.skipIf(!postgresAnswers)('on Postgres', () => {
  let database: Awaited<ReturnType<typeof postgresWith>>
  beforeAll(async () => {
    database = await postgresWith(webhooksModule)
  })
  afterAll(() => database.drop())

  it('sends each delivery once and in order, while several processes announce and send at the same time', async () => {
    const world = createWorld(database)
    const owners = ['ann', 'bob', 'cat', 'dan']
    for (const owner of owners)
      for (let i = 0; i < 3; i++) await world.make(owner, ['event.completed'], `https://${owner}-${i}.example/`)
    world.answer = async () => {
      await new Promise((resolve) => setImmediate(resolve))
      return ended(200)
    }
    const processes = Array.from({ length: 4 }, () => createTurns(world.deps))
    const announcing = owners.map(async (owner) => {
      for (let step = 0; step < 10; step++)
        await Promise.all(
          ['a', 'b'].map((key) =>
            world.announce(news(`${owner}-${key}`, String(step), { owner, data: { key, step } })),
          ),
        )
    })
    let isDone = false
    const sending = processes.map(async (turns) => {
      while (!isDone) {
        await turns.look()
        await turns.idle()
      }
    })
    await Promise.all(announcing)
    isDone = true
    await Promise.all(sending)
    for (const turns of processes) await world.send(turns)

    const rows = await database.query<{ status: string; count: number }>(
      'SELECT status, count(*)::integer AS count FROM webhooks.deliveries GROUP BY status',
    )
    expect(rows).toEqual([{ status: 'delivered', count: 4 * 3 * 2 * 10 }])
    expect(world.sent).toHaveLength(240)
    const steps = Map.groupBy(world.sent, ({ url, data }) => `${url} ${String(data['key'])}`)
    expect(steps.size).toBe(24)
    for (const calls of steps.values())
      expect(calls.map(({ data }) => data['step'])).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  it('begins no turn of an endpoint that another process has', async () => {
    await database.script('TRUNCATE webhooks.endpoints, webhooks.messages CASCADE')
    const world = createWorld(database)
    for (let i = 0; i < 4; i++) await world.make('ann')
    await world.announce(news('k', 'x'))
    const processes = Array.from({ length: 6 }, () => createTurns(world.deps))
    await Promise.all(processes.map((turns) => turns.look()))
    await Promise.all(processes.map((turns) => turns.idle()))
    expect(world.sent).toHaveLength(4)
  })
})
