import { type Chain, type ChainPort, type ChainTransaction, type ChainTransfer, chainsOf } from '@species/contracts'
import { type Outcome, notYet, unknown, yes } from '@species/kernel'
import type { Secret } from '@species/platform'
import { z } from 'zod'
import { type Observers, observed, watched } from '../observed.ts'
import { type JsonAnswer, isEmptyObject, readJson } from '../read-json.ts'
import { type ChainLine, inLanes } from '../lanes.ts'
import { createGuard } from '../resilience.ts'
import { decodeTransfer } from '../transfer-log.ts'
import { toBase58 } from './base58.ts'
import { createTronScout } from './scout.ts'

export interface TronOptions extends Observers {
  /** What stands before `/walletsolidity` and `/v1`. */
  readonly baseUrl: string
  readonly apiKey?: Secret
  readonly timeoutMs: number
  /** Requests a second that the plan allows; undefined: no limit. */
  readonly perSecond?: number | undefined
}

/** The last instant that a date can hold. */
const maxTimeMs = 8_640_000_000_000_000

const bareHex = z.string().regex(/^[0-9a-fA-F]*$/)
const address = z.string().regex(/^(41)?[0-9a-fA-F]{40}$/)
const informationSchema = z.object({
  id: z.string().regex(/^[0-9a-fA-F]{64}$/),
  blockNumber: z.number().int().nonnegative(),
  blockTimeStamp: z.number().int().positive().max(maxTimeMs),
  contract_address: z.string().optional(),
  receipt: z.object({ result: z.string().optional() }),
  result: z.string().optional(),
  log: z
    .array(z.object({ address, topics: z.array(bareHex).max(4).optional(), data: bareHex.optional() }))
    .max(5_000)
    .optional(),
})

/** Most events that TronGrid gives in a page, and pages that are read: no more than a transaction may have logs. */
const eventRows = 200
const eventPages = 25
const eventsSchema = z.object({
  success: z.literal(true),
  data: z
    .array(z.object({ contract_address: z.string(), event_name: z.string(), event_index: z.number().int() }))
    .max(eventRows * 5),
  meta: z.object({ fingerprint: z.string().max(2_000).nullish() }).nullish(),
})
type Event = z.infer<typeof eventsSchema>['data'][number]
type Information = z.infer<typeof informationSchema>

/**
 * Reads TRON from a full node's solidity interface: what it knows is not rolled back any more, so it counts as confirmed any
 * number of times (TRON, gettransactioninfobyid). TronGrid's events are asked only where two logs are alike.
 */
export function createTronChainReader(options: TronOptions): ChainLine {
  const guard = createGuard({
    timeoutMs: options.timeoutMs,
    atOnce: 20,
    tries: 2,
    perSecond: options.perSecond,
    ...watched(options, 'tron'),
  })
  const headers = options.apiKey ? { 'TRON-PRO-API-KEY': options.apiKey } : {}
  return inLanes((lane) =>
    createPort(options, (path, body) =>
      guard(
        (signal) =>
          readJson(`${options.baseUrl.replace(/\/$/, '')}${path}`, {
            ...(body ? { method: 'POST', body } : {}),
            headers,
            signal,
          }),
        lane,
      ),
    ),
  )
}

function createPort(options: TronOptions, ask: (path: string, body?: object) => Promise<JsonAnswer>): ChainPort {
  const read = async (chain: Chain, hash: string): Promise<Outcome<ChainTransaction>> => {
    try {
      const { status, body } = await ask('/walletsolidity/gettransactioninfobyid', { value: hash })
      if (status !== 200) return unknown(`TRON answered HTTP ${status}`)
      if (isEmptyObject(body)) return notYet('not_found')
      if (typeof body === 'object' && body !== null && 'Error' in body) return unknown('TRON answered with an error')
      const parsed = informationSchema.safeParse(body)
      if (!parsed.success) return unknown('TRON’s answer has not the form of a transaction')
      if (parsed.data.id.toLowerCase() !== hash) return unknown('TRON answered with another transaction')
      if (lacksResult(parsed.data)) return notYet('no_receipt')
      return yes(toTransaction(chain, hash, parsed.data, await withoutEchoes(hash, transfersOf(parsed.data))))
    } catch (error) {
      return unknown(error instanceof Error ? `TRON: ${error.message}` : 'TRON gave no answer')
    }
  }

  /** Two logs alike may be two payments, or one that is told twice: the events, which are numbered, say which. */
  const withoutEchoes = async (
    hash: string,
    transfers: readonly ChainTransfer[],
  ): Promise<readonly ChainTransfer[]> => {
    const repeated = repetitions(transfers)
    if (repeated.size === 0) return transfers
    const events = (await readEvents(hash)).filter((event) => event.event_name === 'Transfer')
    const told = Map.groupBy(events, (event) => event.contract_address)
    const shown = Map.groupBy(transfers, (transfer) => transfer.tokenAddress)
    const numbered = [...shown].filter(
      ([token, logs]) => new Set(told.get(token)?.map((event) => event.event_index)).size === logs.length,
    )
    const isNumbered = new Set(numbered.map(([token]) => token))
    return transfers.filter((transfer) => !repeated.has(transfer) || isNumbered.has(transfer.tokenAddress))
  }

  const readEvents = async (hash: string): Promise<Event[]> => {
    const events: Event[] = []
    let page: string | null | undefined
    for (let read = 0; read < eventPages; read++) {
      const query = new URLSearchParams({ only_confirmed: 'true', limit: String(eventRows) })
      if (page) query.set('fingerprint', page)
      const { body } = await ask(`/v1/transactions/${hash}/events?${query.toString()}`)
      const { data, meta } = eventsSchema.parse(body)
      events.push(...data)
      page = meta?.fingerprint
      if (!page || data.length === 0) break
    }
    return events
  }
  return {
    chains: chainsOf('TRON'),
    transaction: (chain, hash) => observed(options.metrics, 'tron', 'transaction', () => read(chain, hash)),
    ...createTronScout({ ask, metrics: options.metrics }),
  }
}

/** The position in `log[]` is the transfer's index: TRON gives logs none of their own. */
function transfersOf(body: Information): ChainTransfer[] {
  return (body.log ?? []).flatMap((log, logIndex): ChainTransfer[] => {
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
}

/** Those that say what an earlier one said. */
function repetitions(transfers: readonly ChainTransfer[]): Set<ChainTransfer> {
  const said = new Set<string>()
  const again = transfers.filter(({ tokenAddress, fromAddress, toAddress, rawValue }) => {
    const words = [tokenAddress, fromAddress, toAddress, rawValue].join(' ')
    const isRepeated = said.has(words)
    said.add(words)
    return isRepeated
  })
  return new Set(again)
}

/** A call of a contract without a result is neither a success nor a failure to rely on. Who calls none gets no result. */
function lacksResult(body: Information): boolean {
  return body.receipt.result === undefined && (body.contract_address !== undefined || (body.log ?? []).length > 0)
}

function toTransaction(
  chain: Chain,
  hash: string,
  body: Information,
  transfers: readonly ChainTransfer[],
): ChainTransaction {
  return {
    chain,
    hash,
    succeeded: (body.receipt.result ?? 'SUCCESS') === 'SUCCESS' && body.result !== 'FAILED',
    blockNumber: body.blockNumber,
    blockTimeMs: body.blockTimeStamp,
    confirmations: Number.MAX_SAFE_INTEGER,
    transfers,
  }
}
