import type { Database } from '@species/database'
import { isInTree } from '@species/kernel'
import { pgliteWith } from '@species/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { reconciliationModule } from '../index.ts'
import { type World, createWorld } from '../test-world.ts'
import { publishSolvency, sha256 } from './publish-solvency.ts'

let database: Database
let world: World
beforeAll(async () => {
  database = await pgliteWith(reconciliationModule)
})
afterAll(() => database.close())
beforeEach(async () => {
  await database.script(
    'TRUNCATE reconciliation.solvency, reconciliation.solvency_leaves, reconciliation.solvency_nodes, reconciliation.wallets, reconciliation.progress, reconciliation.outflows, reconciliation.listed',
  )
  world = createWorld(database)
})

interface Statement {
  readonly document: {
    readonly liabilities: { readonly usdt: string; readonly leaves: number; readonly root: string }
    readonly assets: { readonly usdt: string }
    readonly covered: boolean
  }
  readonly statement: string
}
const micro = (text: string): bigint => BigInt(text.replace('.', ''))
const statement = async (): Promise<Statement> =>
  (await world.ask('GET', '/marketplace/v1/solvency')).body as unknown as Statement

/** Whether what a user is told proves that they are in the sum. */
async function isShown(onliId: string): Promise<boolean> {
  const { status, body } = await world.ask('GET', '/marketplace/v1/solvency/me', undefined, onliId)
  if (status !== 200) return false
  const { document } = await statement()
  const mine = body as { usdt: string; salt: string; path: { side: 'left' | 'right'; digest: string; usdt: string }[] }
  return isInTree(
    { name: onliId, salt: Buffer.from(mine.salt, 'hex'), amount: micro(mine.usdt) },
    mine.path.map((step) => ({ side: step.side, digest: Buffer.from(step.digest, 'hex'), sum: micro(step.usdt) })),
    { digest: Buffer.from(document.liabilities.root, 'hex'), sum: micro(document.liabilities.usdt) },
    sha256,
  )
}

describe('the statement of a day', () => {
  it.each([1, 2, 3, 5, 8, 13])('shows each of %i users their leaf, and its sum is what all are owed', async (count) => {
    for (let n = 1; n <= count; n++) world.balances.set(`user:u${n} USDT`, BigInt(n))
    world.balances.set('payable:u1 USDT', 10n)
    world.balances.set('suspense:ETH USDT', 7n)
    // What a user owes us lowers nothing.
    world.balances.set('receivable:u1 USDT', -1_000n)
    await publishSolvency(world.deps)
    const { document } = await statement()
    expect(document.liabilities.leaves).toBe(count + 1)
    expect(micro(document.liabilities.usdt)).toBe(BigInt((count * (count + 1)) / 2) + 17n)
    for (let n = 1; n <= count; n++) expect(await isShown(`u${n}`)).toBe(true)
    expect(await isShown('stranger')).toBe(false)
  })

  it('is made once, and says whether the wallets cover what is owed', async () => {
    world.paid(1, 100n)
    world.balances.set('user:ann USDT', 100n)
    await world.reconcile()
    await publishSolvency(world.deps)
    const first = await statement()
    expect(first.document).toMatchObject({
      covered: true,
      assets: { usdt: '0.000100' },
      liabilities: { usdt: '0.000100' },
    })
    world.balances.set('user:ann USDT', 101n)
    await Promise.all([publishSolvency(world.deps), publishSolvency(world.deps)])
    expect((await statement()).statement).toBe(first.statement)
    world.clock.advance(86_400_000)
    await publishSolvency(world.deps)
    expect((await statement()).document).toMatchObject({ covered: false, liabilities: { usdt: '0.000101' } })
  })

  it('of an empty ledger is there as well, and no user is in it', async () => {
    await publishSolvency(world.deps)
    expect((await statement()).document).toMatchObject({ liabilities: { usdt: '0.000000', leaves: 0 }, covered: true })
    expect(await isShown('ann')).toBe(false)
  })
})
