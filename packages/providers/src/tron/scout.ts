import {
  type Chain,
  type ChainHead,
  type ChainScout,
  type TransferPage,
  type TransferPageRequest,
  chainsOf,
  normaliseHash,
  usdtOf,
} from '@species/contracts'
import { type Outcome, unknown, yes } from '@species/kernel'
import type { Metrics } from '@species/platform'
import { z } from 'zod'
import { observed } from '../observed.ts'
import type { JsonAnswer } from '../read-json.ts'
import { toHex20 } from './base58.ts'

export interface TronScoutDeps {
  readonly ask: (path: string, body?: object) => Promise<JsonAnswer>
  readonly metrics: Metrics | undefined
}

/** Most rows that a page has (TronGrid: 200). */
const pageRows = 200
const blockSchema = z.object({
  block_header: z.object({ raw_data: z.object({ timestamp: z.number().int().positive() }) }),
})
const transfersSchema = z.object({
  success: z.literal(true),
  data: z
    .array(
      z.object({
        transaction_id: z.string(),
        from: z.string(),
        to: z.string(),
        type: z.string(),
        value: z.string().regex(/^\d{1,78}$/),
      }),
    )
    .max(pageRows * 5),
  meta: z.object({ fingerprint: z.string().max(2_000).nullish() }).nullish(),
})
const callSchema = z.object({
  result: z.object({ result: z.literal(true) }),
  constant_result: z.array(z.string().regex(/^[0-9a-fA-F]{64}$/)).length(1),
})

/**
 * Finds transfers through TronGrid (`/v1/accounts/{address}/transactions/trc20`, confirmed ones alone, by block time) and balances
 * through the solidity interface of a node. The lists are hints, and are believed in nothing but hashes.
 */
export function createTronScout({ ask, metrics }: TronScoutDeps): ChainScout {
  const headOf = async (): Promise<Outcome<ChainHead>> => {
    const { status, body } = await ask('/walletsolidity/getnowblock', {})
    const block = blockSchema.safeParse(body)
    if (status !== 200 || !block.success) return unknown('TRON did not say which block is solid')
    const { timestamp } = block.data.block_header.raw_data
    return yes({ position: timestamp, blockTimeMs: timestamp })
  }

  const transfers = async (
    side: 'from' | 'to',
    { chain, address, since, page }: TransferPageRequest,
  ): Promise<Outcome<TransferPage>> => {
    const query = new URLSearchParams({
      only_confirmed: 'true',
      [`only_${side}`]: 'true',
      contract_address: usdtOf(chain).address,
      min_timestamp: String(since),
      order_by: 'block_timestamp,asc',
      limit: String(pageRows),
      ...(page === undefined ? {} : { fingerprint: page }),
    })
    const { status, body } = await ask(`/v1/accounts/${address}/transactions/trc20?${query.toString()}`)
    if (status !== 200) return unknown(`TronGrid answered HTTP ${status}`)
    const parsed = transfersSchema.safeParse(body)
    if (!parsed.success) return unknown('TronGrid’s answer has not the form of a list of transfers')
    const hashes = parsed.data.data
      .filter((row) => row[side] === address && row.type === 'Transfer' && BigInt(row.value) > 0n)
      .flatMap((row) => normaliseHash(chain, row.transaction_id) ?? [])
    const next = parsed.data.meta?.fingerprint
    return yes({ hashes: [...new Set(hashes)], next: next || undefined })
  }

  const balanceOf = async (chain: Chain, address: string): Promise<Outcome<bigint>> => {
    const { status, body } = await ask('/walletsolidity/triggerconstantcontract', {
      owner_address: address,
      contract_address: usdtOf(chain).address,
      function_selector: 'balanceOf(address)',
      parameter: toHex20(address).padStart(64, '0'),
      visible: true,
    })
    if (status !== 200) return unknown(`TRON answered HTTP ${status}`)
    const parsed = callSchema.safeParse(body)
    return parsed.success
      ? yes(BigInt(`0x${parsed.data.constant_result[0]}`))
      : unknown('TRON’s answer has not the form of a balance')
  }

  const asked = <T>(call: string, chain: Chain, run: () => Promise<Outcome<T>>): Promise<Outcome<T>> =>
    observed(metrics, 'tron', call, async () => {
      if (!chainsOf('TRON').includes(chain)) return unknown(`TRON does not serve ${chain}`)
      try {
        return await run()
      } catch (error) {
        return unknown(error instanceof Error ? `TRON: ${error.message}` : 'TRON gave no answer')
      }
    })
  return {
    head: (chain) => asked('head', chain, headOf),
    transfersTo: (request) => asked('transfers', request.chain, () => transfers('to', request)),
    transfersFrom: (request) => asked('transfers', request.chain, () => transfers('from', request)),
    balanceOf: (chain, address) => asked('balance', chain, () => balanceOf(chain, address)),
  }
}
