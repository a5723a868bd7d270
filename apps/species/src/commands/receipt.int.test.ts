import { execFile } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Receipt } from '@species/contracts'
import { createReceiptPresenter, createReceiptSigner } from '@species/floor-manager'
import { afterAll, beforeAll, expect, test } from 'vitest'

const receipt: Receipt = {
  receiptId: 'rcp.01940000000070008000000000000001',
  eventId: 'event-0001',
  eventKey: '01940000-0000-7000-8000-000000000001',
  owner: 'ann',
  status: 'COMPLETED',
  state: 'completed',
  sandbox: true,
  intent: 'TRANSFER',
  units: '5',
  parties: [
    { onliId: 'ann', role: 'sender', species: { start: '9', end: '4' } },
    { onliId: 'bob', role: 'receiver', species: { start: '1', end: '6' } },
  ],
  payments: [],
  fills: [],
  ledgerTransferIds: [],
  times: {},
  issuedAt: '2026-01-01T00:00:00.000Z',
}
const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const signer = createReceiptSigner({ kid: 'key-1', key: privateKey })
const stored = {
  receiptId: receipt.receiptId,
  eventKey: receipt.eventKey,
  owner: 'ann',
  parties: ['ann', 'bob'],
  jws: signer.sign(receipt),
  state: 'completed',
  issuedAtMs: 0,
} as const
const shown = createReceiptPresenter(signer)(stored, { onliId: 'bob', isOperator: false })

let directory: string
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'species-receipt-'))
  const keys = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'key-1', alg: 'EdDSA' }] }
  writeFileSync(join(directory, 'keys.json'), JSON.stringify(keys))
})
afterAll(() => {
  rmSync(directory, { recursive: true })
})

/** Runs `species receipt verify` on a file with this text. */
async function verify(text: string): Promise<{ code: number; out: string; err: string }> {
  const file = join(directory, 'receipt')
  writeFileSync(file, text)
  const main = new URL('../main.ts', import.meta.url).pathname
  const args = ['--disable-warning=ExperimentalWarning', main, 'receipt', 'verify', file]
  return await new Promise((resolve) => {
    const child = execFile(process.execPath, [...args, '--keys', join(directory, 'keys.json')], (_, out, err) => {
      resolve({ code: child.exitCode ?? -1, out, err })
    })
  })
}

test('receipt verify prints what was signed, and says that there is more for others', async () => {
  const { code, out } = await verify(JSON.stringify(shown, null, 2))
  expect(code).toBe(0)
  expect(out).toMatch(/signature is the marketplace's[\s\S]*bob: 1 → 6 SPECIES[\s\S]*covers 2 more fields/)
  expect(out).not.toContain('9 → 4')
})

test('receipt verify takes the plain form that receipts had before', async () => {
  expect(await verify(stored.jws)).toMatchObject({ code: 0, out: expect.stringContaining('ann: 9 → 4') as string })
})

test('receipt verify on a file whose readable part was changed says so and exits 1', async () => {
  const { code, out, err } = await verify(JSON.stringify({ ...shown, receipt: { ...shown.receipt, units: '500' } }))
  expect([code, out]).toEqual([1, ''])
  expect(err).toMatch(/units.*changed/)
})
