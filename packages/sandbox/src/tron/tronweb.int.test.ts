import { TronWeb } from 'tronweb'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { tronBase58 } from '../chains/address.ts'
import type { Sandbox } from '../options.ts'
import { startSandbox } from '../sandbox.ts'
import { ordered } from '../test-callers.ts'

/** TRON's published client, unchanged, with the sandbox as its node. */
let sandbox: Sandbox
let tronWeb: TronWeb
let hash: string
beforeAll(async () => {
  sandbox = await startSandbox({ httpPort: 0, grpcPort: 0 })
  tronWeb = new TronWeb({ fullHost: `${sandbox.httpUrl}/tron` })
  const transfer = { token: 'USDT', from: tronBase58('11'.repeat(20)), to: tronBase58('22'.repeat(20)), amount: '7' }
  const paid = (await ordered(sandbox, '/chains/TRON/transfers', transfer)) as { hash: string }
  hash = paid.hash
})
afterAll(async () => await sandbox.close())

it('is connected to the node, the solid node and the events', async () => {
  expect(await tronWeb.isConnected()).toEqual({ fullNode: true, solidityNode: true, eventServer: true })
})

it('reads a transaction at once, and as confirmed once it is solid', async () => {
  const seen = await tronWeb.trx.getTransaction(hash)
  expect(seen.txID).toBe(hash)
  expect(seen.raw_data.contract[0]?.type).toBe('TriggerSmartContract')
  expect((await tronWeb.trx.getUnconfirmedTransactionInfo(hash)).id).toBe(hash)
  await expect(tronWeb.trx.getConfirmedTransaction(hash)).rejects.toThrow('Transaction not found')
  await ordered(sandbox, '/chains/TRON/blocks', { count: 18 })
  expect((await tronWeb.trx.getConfirmedTransaction(hash)).txID).toBe(hash)
  await expect(tronWeb.trx.getTransaction('ab'.repeat(32))).rejects.toThrow('Transaction not found')
})

it('reads the newest block, a block by its number and by its id', async () => {
  const newest = await tronWeb.trx.getBlock('latest')
  expect(newest.blockID).toMatch(/^[0-9a-f]{64}$/)
  const { blockNumber } = await tronWeb.trx.getUnconfirmedTransactionInfo(hash)
  const byNumber = await tronWeb.trx.getBlock(blockNumber)
  const byId = await tronWeb.trx.getBlock(byNumber.blockID)
  expect(byId).toEqual(byNumber)
  expect(byId.transactions?.map((tx) => tx.txID)).toEqual([hash])
  await expect(tronWeb.trx.getBlock('0'.repeat(64))).rejects.toThrow('Block not found')
})
