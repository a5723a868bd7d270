import { createMetrics } from '@species/platform'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Stage, openStage } from './database.ts'
import { drawSetting } from './setting.ts'
import { type Process, startProcess } from './process.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage(undefined)
})
afterAll(() => stage.close())

/** Everything that is kept for a time only, written a minute ago; the days are those of a clock that is right. */
async function keepSomething(nowMs: number): Promise<void> {
  const at = `'${new Date(nowMs).toISOString()}'`
  await stage.database.script(`
    INSERT INTO authenticator.users (onli_id, marketplace_user_id, vault_id, status, profile_tray, created_at, updated_at)
      VALUES ('u', '01940000-0000-7000-8000-000000000003', 'v', 'active', '{}', ${at}, ${at});
    INSERT INTO authenticator.nonces (owner, nonce, request_hash, seen_at) VALUES ('u', 'n', 'h', ${at});
    INSERT INTO authenticator.wallet_challenges (challenge_id, onli_id, family, address, text, expires_at)
      VALUES ('01940000-0000-7000-8000-000000000002', 'u', 'EVM', 'a', 't', timestamptz ${at} + interval '1 hour');
    INSERT INTO cashier.limit_counters (key_id, window_name, units) VALUES ('k', 'quarter:${at.slice(1, 17)}', 5);
    INSERT INTO runtime.dead_letters (consumer, key, attempts, counted_at) VALUES ('c', 'k', 1, ${at});
    INSERT INTO webhooks.endpoints (endpoint_id, owner, url, types, description, status, made_by, created_at, updated_at)
      VALUES ('e', 'u', 'https://u.test', '{}', '', 'active', 'k', ${at}, ${at});
    INSERT INTO webhooks.messages (message_id, owner, type, key, once, body, created_at)
      VALUES ('m', 'u', 'event.completed', 'k', 'o', '{}', ${at});
    INSERT INTO webhooks.deliveries (message_id, endpoint_id, owner, key, status, ended_at)
      VALUES ('m', 'e', 'u', 'k', 'delivered', ${at});
    INSERT INTO marketplace_api.event_bodies (event_key, received_at, raw_body)
      VALUES ('01940000-0000-7000-8000-000000000001', ${at}, '{}');`)
}

const kept = [
  'authenticator.nonces',
  'authenticator.wallet_challenges',
  'cashier.limit_counters',
  'webhooks.deliveries',
  'webhooks.messages',
  'marketplace_api.event_bodies',
]
async function counts(): Promise<Record<string, number>> {
  const columns = kept.map((table) => `(SELECT count(*)::integer FROM ${table}) AS "${table}"`)
  const [row] = await stage.database.query<Record<string, number>>(`SELECT ${columns.join(', ')}`)
  return row ?? {}
}

async function runAll({ jobs }: Process): Promise<void> {
  for (const job of jobs.values()) await job.run()
}

it('a clock that jumps by years and back deletes nothing that should stay, across restarts; what is really old goes', async () => {
  const { clock, around } = drawSetting({ seed: 1, stage, metrics: createMetrics() })
  let process = await startProcess(around)
  await runAll(process)
  await keepSomething(clock.now())
  const before = await counts()
  expect(Object.values(before)).toEqual(kept.map(() => 1))

  for (const jumpMs of [100, 3_650].map((days) => days * 86_400_000)) {
    clock.step(jumpMs)
    clock.advance(60_000)
    await runAll(process)
    process = await startProcess(around)
    await runAll(process)
    clock.step(-jumpMs)
    await runAll(process)
    expect(await counts()).toEqual(before)
  }
  const [progress] = await stage.database.query<{ at: Date }>('SELECT at FROM webhooks.progress')
  expect(progress?.at.getTime()).toBeLessThanOrEqual(clock.now())

  clock.advance(40 * 86_400_000)
  await runAll(process)
  expect(await counts()).toEqual({
    ...Object.fromEntries(kept.map((table) => [table, 0])),
    'marketplace_api.event_bodies': 1,
  })
})
