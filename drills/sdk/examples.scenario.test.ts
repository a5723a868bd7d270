import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
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

it('the agent buys until a limit of its key stops it, and not a unit more', async () => {
  const { publicKey, privateKey } = generateEd25519()
  const limits = { unitsPerDay: '3', intents: ['BUY_TREASURY'] }
  const { keyId } = await keyFor({ alg: 'ed25519', publicKey, scopes: ['read', 'trade'], limits })
  const before = (await stage.units('alice')).total
  const env = { PATH: process.env['PATH'] ?? '', MARKETPLACE_KEY_ID: keyId, MARKETPLACE_PRIVATE_KEY: privateKey }
  const argv = ['--disable-warning=ExperimentalWarning', join(examples, 'agent.mjs'), stage.baseUrl]
  const { stdout } = await run(process.execPath, argv, { env })
  expect(stdout.trim()).toBe('bought 3, then limit_exceeded')
  expect((await stage.units('alice')).total).toBe(before + 3)
})
