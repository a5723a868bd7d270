import { ApiUtils } from '@moralisweb3/api-utils'
import { Core, CoreProvider } from '@moralisweb3/common-core'
import { CommonEvmUtils, EvmChain } from '@moralisweb3/common-evm-utils'
import { EvmApi } from '@moralisweb3/evm-api'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Sandbox } from '../options.ts'
import { startSandbox } from '../sandbox.ts'
import { ordered } from '../test-callers.ts'

/** Moralis' published SDK, unchanged, with the sandbox as its base address. */
let sandbox: Sandbox
let api: EvmApi
beforeAll(async () => {
  sandbox = await startSandbox({ httpPort: 0, grpcPort: 0 })
  const core = Core.create()
  CoreProvider.setDefault(core)
  core.registerModules([ApiUtils, CommonEvmUtils, EvmApi])
  await core.start({ apiKey: 'key', evmApiBaseUrl: `${sandbox.httpUrl}/moralis/api/v2.2` })
  api = core.getModule<EvmApi>(EvmApi.moduleName)
})
afterAll(async () => await sandbox.close())

const chain = EvmChain.ETHEREUM
const alice = `0x${'11'.repeat(20)}`
const shop = `0x${'22'.repeat(20)}`
const usdt = '0xdac17f958d2ee523a2206206994597c13d831ec7'
const foreign = `0x${'99'.repeat(20)}`

interface Paid {
  hash: string
  logIndex: number
  blockNumber: number
}
const pay = async (amount: string, token = 'USDT'): Promise<Paid> =>
  (await ordered(sandbox, '/chains/ETH/transfers', { token, from: alice, to: shop, amount })) as Paid

it('reads a transaction, and the decoded one', async () => {
  const paid = await pay('12.5')
  const plain = await api.transaction.getTransaction({ chain, transactionHash: paid.hash })
  expect(plain?.result.blockNumber.toString()).toBe(String(paid.blockNumber))
  expect(plain?.result.logs[0]?.logIndex).toBe(paid.logIndex)
  const verbose = await api.transaction.getTransactionVerbose({ chain, transactionHash: paid.hash })
  expect(verbose?.raw.decoded_call.label).toBe('transfer')
  expect(verbose?.raw.logs[0]?.decoded_event.params).toContainEqual({
    name: 'value',
    type: 'uint256',
    value: '12500000',
  })
})

it('finds a block by its hash, and the one before it', async () => {
  const { blockNumber, hash } = await pay('1')
  const byNumber = await api.block.getBlock({ chain, blockNumberOrHash: String(blockNumber) })
  const blockHash = byNumber?.result.hash ?? ''
  const byHash = await api.block.getBlock({ chain, blockNumberOrHash: blockHash })
  expect(byHash?.result.number.toString()).toBe(String(blockNumber))
  expect(byHash?.result.transactions.map((tx) => tx.hash)).toEqual([hash])
  const parent = await api.block.getBlock({ chain, blockNumberOrHash: byHash?.result.parentHash ?? '' })
  expect(parent?.result.number.toString()).toBe(String(blockNumber - 1))
  expect(await api.block.getBlock({ chain, blockNumberOrHash: `0x${'0'.repeat(64)}` })).toBeNull()
})

it('lists the token transfers of a wallet in pages, newest first, by contract', async () => {
  const first = await pay('3')
  await pay('4', foreign)
  const last = await pay('5')
  const list = (more: object) =>
    api.token.getWalletTokenTransfers({ chain, address: shop, fromBlock: first.blockNumber, ...more })
  const all = await list({})
  expect(all.result.map((one) => one.value.toString())).toEqual(['5000000', '4000000', '3000000'])
  expect(all.result[0]?.transactionHash).toBe(last.hash)
  const page = await list({ limit: 2, order: 'ASC', contractAddresses: [usdt] })
  expect(page.result.map((one) => one.value.toString())).toEqual(['3000000', '5000000'])
  const paged = await list({ limit: 2 })
  const next = paged.hasNext() ? await paged.next() : undefined
  expect(next?.result.map((one) => one.transactionHash)).toEqual([first.hash])
  expect(next?.hasNext()).toBe(false)
})
