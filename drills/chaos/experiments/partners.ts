import { control } from '../../../apps/species/src/demo/players.ts'
import { createSigner } from '@species/sdk'
import type { Drill, Experiment } from '../experiment.ts'
import { killed } from './processes.ts'

/** What the partner does after it has done what it was asked: from the caller's side, nobody knows. */
const afterwards = [
  { partner: 'onli', operation: 'ChangeOwner', kind: 'latency', ms: 8_000, when: 'after' },
  { partner: 'onli', operation: 'Issue', kind: 'latency', ms: 8_000, when: 'after' },
  { partner: 'onli', operation: 'ChangeOwner', kind: 'down', when: 'after' },
  { partner: 'onli', operation: 'Issue', kind: 'down', when: 'after' },
  { partner: 'onli', operation: 'ChangeOwner', kind: 'error', status: 'DEADLINE_EXCEEDED', when: 'after' },
  { partner: 'onli', operation: 'VerifyOperations', kind: 'latency', ms: 8_000, when: 'after' },
  { partner: 'onli', operation: 'ChangeOwner', kind: 'duplicate' },
  { partner: 'moralis', operation: 'transaction', kind: 'latency', ms: 8_000 },
] as const

export const partnerActsThenTimesOut: Experiment = {
  name: 'partner-acts-then-times-out',
  about: 'Onli Cloud moves units and then answers too late, breaks the line, or says that it failed; Moralis hangs',
  opensBreakers: true,
  seconds: 60,
  async run(drill) {
    await drill.fault('partners act and then time out', async () => {
      const until = Date.now() + drill.lengthMs
      while (Date.now() < until) {
        const fault = afterwards[Math.floor(drill.random() * afterwards.length)]
        if (fault) await drill.stage.partnerFault({ ...fault, times: 1 })
        await drill.pause(500 + drill.random() * 1_500)
      }
      await fetch(`${drill.stage.sandboxUrl}/control/faults`, { method: 'DELETE' })
    })
  },
}

/** Without keys, a repeated request would be a second effect: nothing may be sent twice, and what stays unknown needs a person. */
export const partnerWithoutKeys: Experiment = {
  name: 'partner-without-keys',
  about:
    'an Onli Cloud that honours no idempotency keys, times out after having acted, while delivery is killed in mid-call',
  opensBreakers: true,
  seconds: 50,
  settings: { ONLI_HONOURS_IDEMPOTENCY_KEYS: '0' },
  async run(drill) {
    const { stage } = drill
    await askSoon(drill)
    await control(stage.sandboxUrl, '/onli', { honoursIdempotencyKeys: false })
    const until = Date.now() + drill.lengthMs
    const delivery = stage.services.filter((service) => service.modules.includes('asset-manager'))
    while (Date.now() < until) {
      for (const fault of afterwards.slice(0, 5)) await stage.partnerFault({ ...fault, times: 1 })
      await drill.pause(2_000 + drill.random() * 3_000)
      await drill.fault('SIGKILL of delivery in mid-call', () => killed(delivery))
    }
    await fetch(`${stage.sandboxUrl}/control/faults`, { method: 'DELETE' })
  },
}

/** Has what is unknown for fifteen seconds put before a person: a drill has not the patience of ten minutes. */
async function askSoon({ stage }: Drill): Promise<void> {
  const signer = createSigner({ alg: 'ed25519', ...stage.operatorKey })
  const url = `${stage.urls[0] ?? ''}/admin/v1/config`
  const call = async (method: string, body: string | undefined, more: Record<string, string>): Promise<unknown> => {
    const headers = { ...(await signer.headersFor({ method, url, body })), 'content-type': 'application/json', ...more }
    const answer = await fetch(url, { method, headers, ...(body === undefined ? {} : { body }) })
    if (!answer.ok) throw new Error(`${method} config: ${await answer.text()}`)
    return await answer.json()
  }
  const { version, config } = (await call('GET', undefined, {})) as {
    version: number
    config: { deadlines: Record<string, number> }
  }
  const changed = { ...config, deadlines: { ...config.deadlines, unknownMs: 15_000 } }
  const body = JSON.stringify({ config: changed, reason: 'the drill has little patience' })
  await call('PUT', body, { 'if-match': `"${version}"` })
}
