import {
  type Chain,
  type ChainHead,
  type ChainScout,
  type TransferPage,
  type TransferPageRequest,
  chainFacts,
  chainsOf,
  normaliseHash,
  usdtOf,
} from '@species/contracts'
import { type Outcome, unknown, yes } from '@species/kernel'
import type { Metrics } from '@species/platform'
import { z } from 'zod'
import { observed } from '../observed.ts'
import type { JsonAnswer } from '../read-json.ts'

export interface MoralisScoutDeps {
  readonly ask: (path: string) => Promise<JsonAnswer>
  /** The height of a chain, by Moralis' name for it. */
  readonly head: (name: string, atLeast: number) => Promise<number>
  readonly metrics: Metrics | undefined
}

const digits = z.string().regex(/^\d{1,78}$/)
const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/)
/** Most rows that a page has (Moralis: 100). */
const pageRows = 100
/** A cursor is opaque, and no longer than a query may be. */
const cursor = z.string().max(2_000)
const transfersSchema = z.object({
  cursor: cursor.nullish(),
  result: z
    .array(
      z.object({
        transaction_hash: z.string(),
        from_address: address.nullish(),
        to_address: address.nullish(),
        value: digits,
      }),
    )
    .max(pageRows * 5),
})
const blockSchema = z.object({
  number: z.union([digits, z.number().int()]),
  timestamp: z.iso.datetime({ offset: true }),
})
const balancesSchema = z.array(z.object({ token_address: address, balance: digits })).max(2_000)

/** Finds transfers and balances through Moralis (EVM data API v2.2). Its lists are hints, and are believed in nothing but hashes. */
export function createMoralisScout({ ask, head, metrics }: MoralisScoutDeps): ChainScout {
  const headOf = async (chain: Chain): Promise<Outcome<ChainHead>> => {
    const name = chainFacts[chain].partnerName
    const position = await head(name, 0)
    const { status, body } = await ask(`/block/${position}?chain=${name}`)
    if (status !== 200) return unknown(`Moralis answered HTTP ${status}`)
    const parsed = blockSchema.safeParse(body)
    if (!parsed.success || Number(parsed.data.number) !== position)
      return unknown('Moralis’ answer has not the form of that block')
    return yes({ position, blockTimeMs: Date.parse(parsed.data.timestamp) })
  }

  // Moralis lists both directions of a wallet together.
  const transfers = async (
    side: 'from_address' | 'to_address',
    { chain, address: wallet, since, page }: TransferPageRequest,
  ): Promise<Outcome<TransferPage>> => {
    const name = chainFacts[chain].partnerName
    const query = new URLSearchParams({
      chain: name,
      from_block: String(since),
      order: 'ASC',
      limit: String(pageRows),
      'contract_addresses[0]': usdtOf(chain).address,
      ...(page === undefined ? {} : { cursor: page }),
    })
    const { status, body } = await ask(`/${wallet}/erc20/transfers?${query.toString()}`)
    if (status !== 200) return unknown(`Moralis answered HTTP ${status}`)
    const parsed = transfersSchema.safeParse(body)
    if (!parsed.success) return unknown('Moralis’ answer has not the form of a list of transfers')
    const hashes = parsed.data.result
      .filter((row) => row[side]?.toLowerCase() === wallet.toLowerCase() && BigInt(row.value) > 0n)
      .flatMap((row) => normaliseHash(chain, row.transaction_hash) ?? [])
    return yes({ hashes: [...new Set(hashes)], next: parsed.data.cursor || undefined })
  }

  const balanceOf = async (chain: Chain, wallet: string, at: number | undefined): Promise<Outcome<bigint>> => {
    const token = usdtOf(chain).address
    const query = new URLSearchParams({
      chain: chainFacts[chain].partnerName,
      'token_addresses[0]': token,
      ...(at === undefined ? {} : { to_block: String(at) }),
    })
    const { status, body } = await ask(`/${wallet}/erc20?${query.toString()}`)
    if (status !== 200) return unknown(`Moralis answered HTTP ${status}`)
    const parsed = balancesSchema.safeParse(body)
    if (!parsed.success) return unknown('Moralis’ answer has not the form of a list of balances')
    const own = parsed.data.filter((row) => row.token_address.toLowerCase() === token)
    if (own.length > 1) return unknown('Moralis gave two balances of one token')
    // A wallet that never had the token is not on the list.
    return yes(BigInt(own[0]?.balance ?? '0'))
  }

  const asked = <T>(call: string, chain: Chain, run: () => Promise<Outcome<T>>): Promise<Outcome<T>> =>
    observed(metrics, 'moralis', call, async () => {
      if (!chainsOf('EVM').includes(chain)) return unknown(`Moralis does not serve ${chain}`)
      try {
        return await run()
      } catch (error) {
        return unknown(error instanceof Error ? `Moralis: ${error.message}` : 'Moralis gave no answer')
      }
    })
  return {
    head: (chain) => asked('head', chain, () => headOf(chain)),
    transfersTo: (request) => asked('transfers', request.chain, () => transfers('to_address', request)),
    transfersFrom: (request) => asked('transfers', request.chain, () => transfers('from_address', request)),
    balanceOf: (chain, wallet, at) => asked('balance', chain, () => balanceOf(chain, wallet, at)),
  }
}
