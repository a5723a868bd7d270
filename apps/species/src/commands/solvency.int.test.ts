import { execFile } from 'node:child_process'
import { createHash, generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createReceiptSigner } from '@species/floor-manager'
import { leafNode, pathOf, sumTree } from '@species/kernel'
import { afterAll, beforeAll, expect, test } from 'vitest'

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest()
const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const signer = createReceiptSigner({ kid: 'key-1', key: privateKey })
const leaves = ['ann', 'bob', 'cid'].map((name, n) => ({
  name,
  salt: Buffer.alloc(16, n),
  amount: BigInt(n + 1) * 1_000_000n,
}))
const levels = sumTree(
  leaves.map((leaf) => leafNode(leaf, sha256)),
  sha256,
)
const document = {
  day: '2026-11-30',
  at: '2026-11-30T00:00:00.000Z',
  sandbox: true,
  liabilities: { usdt: '6.000000', leaves: 3, root: Buffer.from(levels.at(-1)?.[0]?.digest ?? []).toString('hex') },
  assets: { usdt: '7.000000', chains: [] },
  covered: true,
}
const statement = signer.signAs('species-solvency+jws', document)
const mine = {
  day: document.day,
  onliId: 'bob',
  usdt: '2.000000',
  salt: Buffer.alloc(16, 1).toString('hex'),
  path: pathOf(levels, 1, sha256).map(({ side, digest, sum }) => ({
    side,
    digest: Buffer.from(digest).toString('hex'),
    usdt: `${sum / 1_000_000n}.000000`,
  })),
  statement,
}

let directory: string
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'species-solvency-'))
  const keys = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'key-1', alg: 'EdDSA' }] }
  writeFileSync(join(directory, 'keys.json'), JSON.stringify(keys))
})
afterAll(() => {
  rmSync(directory, { recursive: true })
})

/** Runs `species solvency verify` on a file that holds this. */
async function verify(given: object): Promise<{ code: number; out: string }> {
  const file = join(directory, 'mine.json')
  writeFileSync(file, JSON.stringify(given))
  const main = new URL('../main.ts', import.meta.url).pathname
  const args = ['--disable-warning=ExperimentalWarning', main, 'solvency', 'verify', file]
  return await new Promise((resolve) => {
    const child = execFile(process.execPath, [...args, '--keys', join(directory, 'keys.json')], (_, out) => {
      resolve({ code: child.exitCode ?? -1, out })
    })
  })
}

test('solvency verify finds a leaf in the signed sum, offline', async () => {
  const { code, out } = await verify(mine)
  expect(out).toMatch(/signature is the marketplace’s[\s\S]*2\.000000 USDT of bob are in the sum[\s\S]*is covered/)
  expect(code).toBe(0)
})

test.each([
  ['another amount', { ...mine, usdt: '3.000000' }, 'not in the sum'],
  ['another name', { ...mine, onliId: 'ann' }, 'not in the sum'],
  ['another day', { ...mine, day: '2026-11-29' }, 'not in the sum'],
  [
    'a path through a debt',
    { ...mine, path: [{ ...mine.path[0], usdt: '-1.000000' }, mine.path[1]] },
    'not in the sum',
  ],
  ['a statement that another signed', { ...mine, statement: `${statement.slice(0, -4)}AAAA` }, 'not signed by'],
  ['a receipt instead', { statement: signer.signAs('species-receipt+jws', document) }, 'not signed by'],
])('and exits with 1 for %s', async (_name, given, words) => {
  const { code, out } = await verify(given)
  expect([code, out]).toEqual([1, expect.stringContaining(words)])
})
