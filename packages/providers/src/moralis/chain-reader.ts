import { isDeepStrictEqual } from 'node:util'
import {
  type Chain,
  type ChainPort,
  type ChainTransaction,
  type ChainTransfer,
  chainFacts,
  chainsOf,
} from '@species/contracts'
import { type Outcome, notYet, unknown, yes } from '@species/kernel'
import type { Clock, Secret } from '@species/platform'
import { z } from 'zod'
import { type Observers, observed, watched } from '../observed.ts'
import { type JsonAnswer, isEmptyObject, readJson } from '../read-json.ts'
import { type ChainLine, inLanes } from '../lanes.ts'
import { createGuard } from '../resilience.ts'
import { decodeTransfer } from '../transfer-log.ts'
import { createMoralisScout } from './scout.ts'

export interface MoralisOptions extends Observers {
  /** What stands before `/api/v2.2`. */
  readonly baseUrl: string
  readonly apiKey: Secret
  readonly timeoutMs: number
  readonly clock: Clock
  /** Requests a second that the plan allows; undefined: no limit. */
  readonly perSecond?: number | undefined
}

/** The chains that Moralis serves. */
const served = chainsOf('EVM')
/** Shared by payments that are asked for together; longer would make a payer wait for confirmations that are there. */
const headLifeMs = 100
/** No block holds more logs; what claims to is no answer. */
const maxLogIndex = 1_000_000

const upTo = (most: number): z.ZodType<number> =>
  z
    .union([
      z
        .string()
        .regex(/^\d{1,16}$/)
        .transform(Number),
      z.number(),
    ])
    .pipe(z.number().int().nonnegative().max(most))
const height = upTo(Number.MAX_SAFE_INTEGER)
const hex = z.string().regex(/^0x[0-9a-fA-F]*$/)
const topic = hex.nullish()
const logSchema = z.object({
  log_index: upTo(maxLogIndex),
  address: z.string().regex(/^0x[0-9a-fA-F]{40}$/),
  topic0: topic,
  topic1: topic,
  topic2: topic,
  topic3: topic,
  data: z.string().nullish(),
  transaction_hash: hex.nullish(),
})
const transactionSchema = z.object({
  hash: hex,
  receipt_status: z.string().nullish(),
  block_number: height,
  block_timestamp: z.iso.datetime({ offset: true }),
  logs: z.array(logSchema).max(5_000),
})

/** Reads the EVM chains through Moralis (EVM data API v2.2, `GET /transaction/{hash}`, `/{address}/erc20` and its transfers). */
export function createMoralisChainReader(options: MoralisOptions): ChainLine {
  const guard = createGuard({
    timeoutMs: options.timeoutMs,
    atOnce: 20,
    tries: 2,
    perSecond: options.perSecond,
    ...watched(options, 'moralis'),
  })
  return inLanes((lane) =>
    createPort(options, (path) =>
      guard(
        (signal) =>
          readJson(`${options.baseUrl.replace(/\/$/, '')}/api/v2.2${path}`, {
            headers: { 'X-API-Key': options.apiKey },
            signal,
          }),
        lane,
      ),
    ),
  )
}

function createPort(options: MoralisOptions, ask: (path: string) => Promise<JsonAnswer>): ChainPort {
  const heads = new Map<string, { height: Promise<number>; untilMs: number }>()

  const head = async (name: string, atLeast: number): Promise<number> => {
    const kept = heads.get(name)
    if (kept && kept.untilMs > options.clock.steady() && (await kept.height) >= atLeast) return await kept.height
    const asked = ask(`/latestBlockNumber/${name}`).then(({ status, body }) => {
      if (status !== 200) throw new Error(`HTTP ${status} for the height`)
      return height.parse(body)
    })
    heads.set(name, { height: asked, untilMs: options.clock.steady() + headLifeMs })
    asked.catch(() => heads.delete(name))
    return await asked
  }

  /** An address that knows nothing at all, and a node that is not there yet, find no transaction either. */
  const absent = async (name: string, seenInBlock = 1): Promise<Outcome<ChainTransaction>> => {
    const at = await head(name, seenInBlock)
    return at < seenInBlock ? unknown(`Moralis is at block ${at}, below ${seenInBlock}`) : notYet('not_found')
  }

  const read = async (chain: Chain, hash: string, seenInBlock?: number): Promise<Outcome<ChainTransaction>> => {
    if (!served.includes(chain)) return unknown(`Moralis does not serve ${chain}`)
    const name = chainFacts[chain].partnerName
    try {
      const answer = await ask(`/transaction/${hash}?chain=${name}`)
      if (isNothing(answer)) return await absent(name, seenInBlock)
      if (answer.status !== 200) return unknown(`Moralis answered HTTP ${answer.status}`)
      const parsed = transactionSchema.safeParse(answer.body)
      if (!parsed.success) return unknown('Moralis’ answer has not the form of a transaction')
      if (namesAnother(hash, parsed.data)) return unknown('Moralis answered with another transaction')
      // Neither 0 nor 1: not a success, and not a failure that could be relied on.
      if (parsed.data.receipt_status !== '1' && parsed.data.receipt_status !== '0') return notYet('no_receipt')
      const transfers = transfersOf(parsed.data)
      if (transfers === undefined) return unknown('Moralis gave two different logs one index')
      return yes(toTransaction(chain, hash, parsed.data, transfers, await head(name, parsed.data.block_number)))
    } catch (error) {
      return unknown(error instanceof Error ? `Moralis: ${error.message}` : 'Moralis gave no answer')
    }
  }
  return {
    chains: served,
    transaction: (chain, hash, seenInBlock) =>
      observed(options.metrics, 'moralis', 'transaction', () => read(chain, hash, seenInBlock)),
    ...createMoralisScout({ ask, head, metrics: options.metrics }),
  }
}

type Body = z.infer<typeof transactionSchema>

/** Seen for an unknown hash: 404 with any JSON, and 200 with `null` or `{}`. */
function isNothing({ status, body }: JsonAnswer): boolean {
  return status === 404 || (status === 200 && (body === null || isEmptyObject(body)))
}

function namesAnother(hash: string, body: Body): boolean {
  const named = [body.hash, ...body.logs.map((log) => log.transaction_hash ?? body.hash)]
  return named.some((name) => name.toLowerCase() !== hash)
}

function toTransaction(
  chain: Chain,
  hash: string,
  body: Body,
  transfers: readonly ChainTransfer[],
  headNumber: number,
): ChainTransaction {
  return {
    chain,
    hash,
    succeeded: body.receipt_status === '1',
    blockNumber: body.block_number,
    blockTimeMs: Date.parse(body.block_timestamp),
    confirmations: Math.max(0, headNumber - body.block_number + 1),
    transfers,
  }
}

/** One log index is one transfer: a repeated row is the same money. Undefined where two rows of one index differ. */
function transfersOf(body: Body): ChainTransfer[] | undefined {
  const byIndex = new Map<number, ChainTransfer>()
  for (const log of body.logs) {
    const decoded = decodeTransfer([log.topic0, log.topic1, log.topic2, log.topic3], log.data ?? '')
    if (!decoded) continue
    const transfer: ChainTransfer = {
      logIndex: log.log_index,
      tokenAddress: log.address.toLowerCase(),
      fromAddress: `0x${decoded.from}`,
      toAddress: `0x${decoded.to}`,
      rawValue: decoded.value,
    }
    const before = byIndex.get(transfer.logIndex)
    if (before && !isDeepStrictEqual(before, transfer)) return undefined
    byIndex.set(transfer.logIndex, transfer)
  }
  return [...byIndex.values()]
}
