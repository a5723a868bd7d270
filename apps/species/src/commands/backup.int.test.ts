import { appendFileSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient, createSigner } from '@species/sdk'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Player, enter, pay, trade } from '../demo/players.ts'
import { DataDirectory } from '../processes/data-directory.ts'
import { type Told, runHere, serveHere } from '../processes/test-terminal.ts'
import { signerOptions } from './connect.ts'

describe('a backup that is made while events run', () => {
  let scratch: string
  let backup: string
  let keys: string
  let alice: Player
  beforeAll(async () => {
    scratch = mkdtempSync(join(tmpdir(), 'species-backup-'))
    backup = join(scratch, 'backup')
    keys = join(scratch, 'keys.json')
    const directory = join(scratch, 'first')
    const served = await serveHere(directory)
    const data = new DataDirectory(directory)
    const key = data.readKey('operator')
    const sandboxUrl = data.readRunning()?.sandboxUrl
    if (!key || sandboxUrl === undefined) throw new Error('the test needs a key and the sandbox')
    const operator = createClient({ baseUrl: served.url, signer: createSigner(signerOptions(key)) })
    const stage = { baseUrl: served.url, sandboxUrl, operator }
    alice = await enter(stage, 'alice')
    await enter(stage, 'bob')
    const proof = await pay(stage, alice.walletAddress, '200')
    const payWith = { chain: 'ETH', proof } as const
    await trade(alice.client, { eventId: 'before-the-backup', from: 'alice', to: 'treasury', amount: 150, payWith })
    const state = { isBacked: false }
    const traffic = (async () => {
      for (let n = 0; n < 140 && !state.isBacked; n++)
        await trade(alice.client, { from: 'alice', to: 'bob', amount: 1 })
    })()
    const told = await runHere(directory, ['backup', backup, '--keys', keys, '--json'])
    state.isBacked = true
    await traffic
    await served.stop()
    if (told.code !== 0) throw new Error(told.err)
  }, 120_000)
  afterAll(() => {
    rmSync(scratch, { recursive: true, force: true })
  })
  const restore = async (name: string, words: readonly string[] = ['--keys', keys], from = backup) =>
    await runHere(join(scratch, name), ['restore', from, ...words])

  it('is of one moment: restored, what had ended is there, the rest goes on, and the doctor is content', async () => {
    expect(await restore('second')).toMatchObject({ code: 0 })
    const served = await serveHere(join(scratch, 'second'))
    try {
      const signer = createSigner(signerOptions(alice.key))
      const receipt = await createClient({ baseUrl: served.url, signer }).getReceipt('before-the-backup')
      expect(receipt.receipt['status']).toBe('COMPLETED')
      const doctor = (): Promise<Told> => runHere(join(scratch, 'second'), ['doctor'])
      await expect.poll(async () => (await doctor()).out, { timeout: 30_000 }).toContain('No event is in flight.')
      expect(await doctor()).toMatchObject({ code: 0 })
    } finally {
      await served.stop()
    }
  }, 90_000)

  it('has no secret in it, and only its owner can read the keys', () => {
    const { masterKey } = JSON.parse(readFileSync(keys, 'utf8')) as { masterKey: string }
    expect(statSync(keys).mode & 0o77).toBe(0)
    expect(readdirSync(backup).sort()).toEqual(['backup.json', 'database', 'receipt-keys.json', 'sandbox.jsonl'])
    expect(readFileSync(join(backup, 'backup.json'), 'utf8')).not.toContain(masterKey)
  })

  it('is not restored without a key that opens it, and nothing is made', async () => {
    const told = await restore('without-key', [])
    expect([told.code, told.err]).toEqual([1, expect.stringContaining('No key here opens this backup')])
    expect(existsSync(join(scratch, 'without-key'))).toBe(false)
  })

  it('is not restored over a data directory', async () => {
    expect(await restore('first')).toMatchObject({ code: 2 })
  })

  it('that was altered is not restored', async () => {
    const [file = ''] = readdirSync(join(backup, 'database', 'base', '1'))
    appendFileSync(join(backup, 'database', 'base', '1', file), 'x')
    const told = await restore('altered')
    expect([told.code, told.err]).toEqual([1, expect.stringContaining('The backup is damaged')])
    expect(existsSync(join(scratch, 'altered'))).toBe(false)
  })
})
