import { sha256 } from '@noble/hashes/sha2.js'
import { createBase58check } from '@scure/base'
import type { ChainReader, ChainTransaction, ChainTransfer } from '@species/contracts'
import { type Outcome, notYet, unknown, yes } from '@species/kernel'
import type { Metrics, Secret } from '@species/runtime'
import { z } from 'zod'
import { observed } from '../observed.ts'
import { readJson } from '../read-json.ts'
import { createGuard } from '../resilience.ts'
import { decodeTransfer } from '../transfer-log.ts'

export interface TronOptions {
  /** What stands before `/walletsolidity`. */
  readonly baseUrl: string
  readonly apiKey?: Secret
  readonly timeoutMs: number
  readonly metrics?: Metrics
}

const bareHex = z.string().regex(/^[0-9a-fA-F]*$/)
const address = z.string().regex(/^(41)?[0-9a-fA-F]{40}$/)
const informationSchema = z.object({
  id: z.string().regex(/^[0-9a-fA-F]{64}$/),
  blockNumber: z.number().int().nonnegative(),
  blockTimeStamp: z.number().int().nonnegative(),
  receipt: z.object({ result: z.string().optional() }),
  result: z.string().optional(),
  log: z
    .array(z.object({ address, topics: z.array(bareHex).max(4).optional(), data: bareHex.optional() }))
    .max(5_000)
    .optional(),
})

const encoder = createBase58check(sha256)

/**
 * Reads TRON from a full node's solidity interface: what it knows is not rolled back any more, so it counts as confirmed any
 * number of times (TRON, gettransactioninfobyid). Events of `/v1` are for discovery and are not asked.
 */
export function createTronChainReader(options: TronOptions): ChainReader {
  const guard = createGuard({ timeoutMs: options.timeoutMs, atOnce: 20, tries: 2 })
  const url = `${options.baseUrl.replace(/\/$/, '')}/walletsolidity/gettransactioninfobyid`

  const read = async (hash: string): Promise<Outcome<ChainTransaction>> => {
    try {
      const headers = options.apiKey ? { 'TRON-PRO-API-KEY': options.apiKey } : {}
      const { status, body } = await guard((signal) =>
        readJson(url, { method: 'POST', body: { value: hash }, headers, signal }),
      )
      if (status !== 200) return unknown(`TRON answered HTTP ${status}`)
      if (typeof body === 'object' && body !== null && Object.keys(body).length === 0) return notYet('not_found')
      if (typeof body === 'object' && body !== null && 'Error' in body) return unknown('TRON answered with an error')
      const parsed = informationSchema.safeParse(body)
      if (!parsed.success) return unknown('TRON’s answer has not the form of a transaction')
      if (parsed.data.id.toLowerCase() !== hash) return unknown('TRON answered with another transaction')
      return yes(toTransaction(hash, parsed.data))
    } catch (error) {
      return unknown(error instanceof Error ? `TRON: ${error.message}` : 'TRON gave no answer')
    }
  }
  return {
    chains: ['TRON'],
    transaction: (_chain, hash) => observed(options.metrics, 'tron', 'transaction', () => read(hash)),
  }
}

/** The position in `log[]` is the transfer's index: TRON gives logs none of their own. */
function toTransaction(hash: string, body: z.infer<typeof informationSchema>): ChainTransaction {
  const transfers = (body.log ?? []).flatMap((log, logIndex): ChainTransfer[] => {
    const decoded = decodeTransfer(log.topics ?? [], log.data ?? '')
    return decoded
      ? [
          {
            logIndex,
            tokenAddress: toBase58(log.address),
            fromAddress: toBase58(decoded.from),
            toAddress: toBase58(decoded.to),
            rawValue: decoded.value,
          },
        ]
      : []
  })
  return {
    chain: 'TRON',
    hash,
    succeeded: body.receipt.result === 'SUCCESS' && body.result !== 'FAILED',
    blockNumber: body.blockNumber,
    blockTimeMs: body.blockTimeStamp,
    confirmations: Number.MAX_SAFE_INTEGER,
    transfers,
  }
}

/** 20 bytes, with or without the prefix 41, as the address people know (base58check of 41 and 20 bytes). */
function toBase58(hexAddress: string): string {
  const bytes = hexAddress.length === 42 ? hexAddress : `41${hexAddress}`
  return encoder.encode(Buffer.from(bytes, 'hex'))
}
