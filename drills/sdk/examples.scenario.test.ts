import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { signConfirmation } from '@species/sdk'
import { generateEd25519 } from '@species/sdk/node'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { AttackStage } from '../attacks/attack-stage.ts'

const examples = join(dirname(dirname(import.meta.dirname)), 'examples')
const run = promisify(execFile)

let stage: AttackStage
let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'species-examples-'))
  stage = await AttackStage.start()
  await stage.buy('alice', 50)
}, 120_000)
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await stage.endWell()
})

const kept = (name: string, value: unknown): string => {
  const path = join(folder, name)
  writeFileSync(path, JSON.stringify(value))
  return path
}
const keyFor = async (request: object): Promise<{ keyId: string; secret?: string }> =>
  (await stage.players.alice.client.request('POST', '/marketplace/v1/keys', request)).body as { keyId: string }

it('the client in Python trades, and the verifier believes its receipt and no altered one', async () => {
  const key = kept('alice.json', await keyFor({ alg: 'hmac', scopes: ['read', 'trade'] }))
  const { stdout } = await run('python3', [join(examples, 'client.py'), stage.baseUrl, key, 'bob', '5'])
  const signed = JSON.parse(stdout) as { jws: string; receipt: { receiptId: string; status: string } }
  expect([signed.receipt.status, (await stage.units('bob')).total]).toEqual(['COMPLETED', 5])

  const verifier = join(examples, 'verify-receipt.mjs')
  expect(readFileSync(verifier, 'utf8').split('\n').length).toBeLessThanOrEqual(100)
  const keys = kept('jwks.json', await stage.players.alice.client.call('getReceiptKeys'))
  const genuine = await run(process.execPath, [verifier, kept('receipt.json', signed), keys])
  expect(JSON.parse(genuine.stdout)).toEqual(signed.receipt)
  for (const jws of [signed.jws.replace('.', '.A'), `${signed.jws}WyJhIiwiYiIsImMiXQ~`])
    await expect(run(process.execPath, [verifier, kept('altered.json', { jws }), keys])).rejects.toMatchObject({
      stderr: expect.stringContaining('NOT VALID') as string,
    })
})

/** Runs an example with an Ed25519 key of alice, and answers what it printed. */
async function example(
  name: string,
  argv: readonly string[],
  key: { keyId: string; privateKey: string },
): Promise<string> {
  const env = {
    PATH: process.env['PATH'] ?? '',
    MARKETPLACE_KEY_ID: key.keyId,
    MARKETPLACE_PRIVATE_KEY: key.privateKey,
  }
  const program = ['--disable-warning=ExperimentalWarning', join(examples, name), stage.baseUrl, ...argv]
  return (await run(process.execPath, program, { env })).stdout.trim()
}

it('the agent buys within its mandate until a limit stops it, and not a unit more', async () => {
  const { publicKey, privateKey } = generateEd25519()
  const { client, onliId } = { client: stage.players.alice.client, onliId: 'alice' }
  const second = generateEd25519()
  const confirming = { alg: 'ed25519', publicKey: second.publicKey, scopes: ['read', 'payout'] }
  const { body: made } = await stage.operator.request('POST', '/admin/v1/users/alice/keys', confirming)
  const path = '/marketplace/v1/agents'
  const mandate = { usdt: { perTrade: '2' }, units: { perDay: '3' }, intents: ['BUY_TREASURY'] }
  const body = { name: 'buyer', publicKey, mandate }
  const confirmation = await signConfirmation(
    { alg: 'ed25519', keyId: (made as { keyId: string }).keyId, privateKey: second.privateKey },
    { onliId, method: 'POST', path, body: JSON.stringify(body) },
  )
  const answer = await client.request('POST', path, body, { 'species-confirmation': confirmation })
  const { keyId } = answer.body as { keyId: string }
  const before = (await stage.units('alice')).total
  expect(await example('agent.mjs', [], { keyId, privateKey })).toMatch(
    /^bought 3, then limit_exceeded; [345]\.\d{6} USDT used today$/,
  )
  expect((await stage.units('alice')).total).toBe(before + 3)
})

it('the market maker offers units above the treasury, and takes what is left back when it ends', async () => {
  const { publicKey, privateKey } = generateEd25519()
  const limits = { intents: ['SELL_MARKET', 'DELIST'] }
  const { keyId } = await keyFor({ alg: 'ed25519', publicKey, scopes: ['read', 'trade'], limits })
  const before = await stage.units('alice')
  const said = await example('market-maker.mjs', ['1'], { keyId, privateKey })
  expect(said.split('\n').map((line) => line.split(' ')[0])).toEqual(['offers', 'offers', 'took', 'took'])
  expect(await stage.units('alice')).toEqual(before)
  expect((await stage.players.alice.client.listings({ limit: 50 })).listings).toEqual([])
})
