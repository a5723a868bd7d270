import type { Chain, ChainReader, ChainTransaction, ChainTransfer } from '@species/contracts'
import { type Outcome, notYet, unknown, yes } from '@species/kernel'
import type { Clock, Metrics, Secret } from '@species/runtime'
import { z } from 'zod'
import { observed } from '../observed.ts'
import { type JsonAnswer, readJson } from '../read-json.ts'
import { createGuard } from '../resilience.ts'
import { decodeTransfer } from '../transfer-log.ts'

export interface MoralisOptions {
  /** What stands before `/api/v2.2`. */
  readonly baseUrl: string
  readonly apiKey: Secret
  readonly timeoutMs: number
  readonly clock: Clock
  readonly metrics?: Metrics
}

/** Moralis' names of the chains it serves (EVM data API v2.2). TRON is none of them. */
const names: Readonly<Partial<Record<Chain, string>>> = { ETH: 'eth', BSC: 'bsc', POLYGON: 'polygon' }
/** Shared by payments that are asked for together; longer would make a payer wait for confirmations that are there. */
const headLifeMs = 100

const digits = z.union([z.string().regex(/^\d{1,16}$/), z.number().int().nonnegative()]).transform(Number)
const hex = z.string().regex(/^0x[0-9a-fA-F]*$/)
const topic = hex.nullish()
const logSchema = z.object({
  log_index: digits,
  address: hex,
  topic0: topic,
  topic1: topic,
  topic2: topic,
  topic3: topic,
  data: z.string().nullish(),
  transaction_hash: hex.optional(),
})
const transactionSchema = z.object({
  hash: hex,
  receipt_status: z.string().nullish(),
  block_number: digits,
  block_timestamp: z.iso.datetime({ offset: true }),
  logs: z.array(logSchema).max(5_000),
})

/** Reads ETH, BSC and POLYGON through Moralis (EVM data API v2.2, `GET /transaction/{hash}`). */
export function createMoralisChainReader(options: MoralisOptions): ChainReader {
  const guard = createGuard({ timeoutMs: options.timeoutMs, atOnce: 20, tries: 2 })
  const heads = new Map<string, { height: Promise<number>; untilMs: number }>()
  const ask = (path: string): Promise<JsonAnswer> =>
    guard((signal) =>
      readJson(`${options.baseUrl.replace(/\/$/, '')}/api/v2.2${path}`, {
        headers: { 'X-API-Key': options.apiKey },
        signal,
      }),
    )

  const head = async (name: string, atLeast: number): Promise<number> => {
    const kept = heads.get(name)
    if (kept && kept.untilMs > options.clock.now() && (await kept.height) >= atLeast) return await kept.height
    const height = ask(`/latestBlockNumber/${name}`).then((answer) => digits.parse(answer.body))
    heads.set(name, { height, untilMs: options.clock.now() + headLifeMs })
    height.catch(() => heads.delete(name))
    return await height
  }

  const read = async (chain: Chain, hash: string): Promise<Outcome<ChainTransaction>> => {
    const name = names[chain]
    if (name === undefined) return unknown(`Moralis does not serve ${chain}`)
    try {
      const answer = await ask(`/transaction/${hash}?chain=${name}`)
      if (isNothing(answer)) return notYet('not_found')
      if (answer.status !== 200) return unknown(`Moralis answered HTTP ${answer.status}`)
      const parsed = transactionSchema.safeParse(answer.body)
      if (!parsed.success) return unknown('Moralis’ answer has not the form of a transaction')
      if (parsed.data.hash.toLowerCase() !== hash) return unknown('Moralis answered with another transaction')
      // Neither 0 nor 1: not a success, and not a failure that could be relied on.
      if (parsed.data.receipt_status !== '1' && parsed.data.receipt_status !== '0') return notYet('no_receipt')
      return yes(toTransaction(chain, hash, parsed.data, await head(name, parsed.data.block_number)))
    } catch (error) {
      return unknown(error instanceof Error ? `Moralis: ${error.message}` : 'Moralis gave no answer')
    }
  }
  return {
    chains: ['ETH', 'BSC', 'POLYGON'],
    transaction: (chain, hash) => observed(options.metrics, 'moralis', 'transaction', () => read(chain, hash)),
  }
}

/** Seen for an unknown hash: 404 with any body, and 200 with `null` or `{}`. */
function isNothing({ status, body }: JsonAnswer): boolean {
  return (
    status === 404 || body === null || (status === 200 && typeof body === 'object' && Object.keys(body).length === 0)
  )
}

function toTransaction(
  chain: Chain,
  hash: string,
  body: z.infer<typeof transactionSchema>,
  head: number,
): ChainTransaction {
  const transfers = body.logs.flatMap((log): ChainTransfer[] => {
    const decoded = decodeTransfer([log.topic0, log.topic1, log.topic2, log.topic3], log.data ?? '')
    return decoded
      ? [
          {
            logIndex: log.log_index,
            tokenAddress: log.address.toLowerCase(),
            fromAddress: `0x${decoded.from}`,
            toAddress: `0x${decoded.to}`,
            rawValue: decoded.value,
          },
        ]
      : []
  })
  return {
    chain,
    hash,
    succeeded: body.receipt_status === '1',
    blockNumber: body.block_number,
    blockTimeMs: Date.parse(body.block_timestamp),
    confirmations: Math.max(0, head - body.block_number + 1),
    transfers: distinct(transfers),
  }
}

/** One log index is one transfer: a repeated row is the same money. */
export function distinct(transfers: readonly ChainTransfer[]): ChainTransfer[] {
  return [...new Map(transfers.map((transfer) => [transfer.logIndex, transfer])).values()]
}
