import {
  type Chain,
  type ChainStream,
  type ChainStreams,
  chainFacts,
  chainsOf,
  comparableAddress,
} from '@species/contracts'
import { type Outcome, unknown, yes } from '@species/kernel'
import type { Secret } from '@species/platform'
import { z } from 'zod'
import { type Observers, observed, watched } from '../observed.ts'
import { type JsonAnswer, readJson } from '../read-json.ts'
import { createGuard } from '../resilience.ts'
import { chainOf, ourTag, streamsId } from './stream.ts'

export interface MoralisStreamsOptions extends Observers {
  /** What stands before `/streams/evm`. */
  readonly baseUrl: string
  readonly apiKey: Secret
  readonly timeoutMs: number
  /** Where deliveries go. Streams with another address are another marketplace's. */
  readonly webhookUrl: string
}

const pageRows = 100
/** More pages than any account has streams, or a stream of ours has addresses. */
const mostPages = 100
const transfer = 'Transfer(address,address,uint256)'
const input = (name: string, type: string, indexed: boolean): object => ({ name, type, internalType: type, indexed })
/** Of Streams an event is known by its signature and its ABI. */
const transferAbi = {
  anonymous: false,
  name: 'Transfer',
  type: 'event',
  inputs: [input('from', 'address', true), input('to', 'address', true), input('value', 'uint256', false)],
}

const streamSchema = z.object({
  id: z.string().regex(/^[0-9A-Za-z-]{1,64}$/),
  webhookUrl: z.string(),
  tag: z.string().nullish(),
  chainIds: z.array(z.string()).max(100),
  status: z.string().nullish(),
})
const addressSchema = z.object({ address: z.string().max(100) })

/** Moralis' Streams API (`/streams/evm`), as far as its streams are kept equal to a list of addresses. */
export function createMoralisStreams(options: MoralisStreamsOptions): ChainStreams {
  // Sent once: whether it worked is seen in the list.
  const guard = createGuard({
    timeoutMs: options.timeoutMs,
    atOnce: 4,
    tries: 1,
    ...watched(options, 'moralis_streams'),
  })
  const call: Call = (method, path, body) =>
    guard((signal) =>
      readJson(`${options.baseUrl.replace(/\/$/, '')}/streams/evm${path}`, {
        method,
        headers: { 'x-api-key': options.apiKey },
        signal,
        ...(body === undefined ? {} : { body }),
      }),
    )
  const asked = <T>(name: string, run: () => Promise<Outcome<T>>): Promise<Outcome<T>> =>
    observed(options.metrics, 'moralis_streams', name, async () => {
      try {
        return await run()
      } catch (error) {
        return unknown(error instanceof Error ? `Moralis Streams: ${error.message}` : 'Moralis Streams gave no answer')
      }
    })
  const done = (name: string, ...args: Parameters<Call>): Promise<Outcome<true>> =>
    asked(name, async () => succeeded(await call(...args)) ?? yes(true as const))
  return {
    chains: chainsOf('EVM').filter((chain) => streamsId(chainFacts[chain]) !== undefined),
    list: () => asked('list', () => listStreams(call, options.webhookUrl)),
    create: (chain) => asked('create', () => createStream(call, chain, options.webhookUrl)),
    remove: (id) => done('remove', 'DELETE', `/${id}`),
    resume: (id) => done('resume', 'POST', `/${id}/status`, { status: 'active' }),
    addresses: (id) =>
      asked('addresses', async () => {
        const rows = await readPages(call, `/${id}/address`, addressSchema)
        return rows.kind === 'yes' ? yes(rows.value.map(({ address }) => comparableAddress('EVM', address))) : rows
      }),
    add: (id, addresses) => done('add', 'POST', `/${id}/address`, { address: addresses }),
    drop: (id, addresses) => done('drop', 'DELETE', `/${id}/address`, { address: addresses }),
  }
}

type Call = (method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: object) => Promise<JsonAnswer>

/** Undefined where the call has worked. */
function succeeded({ status, body }: JsonAnswer): Outcome<never> | undefined {
  if (status >= 200 && status < 300) return undefined
  const said = z.object({ message: z.string().max(300) }).safeParse(body)
  return unknown(`Moralis Streams answered HTTP ${status}${said.success ? `: ${said.data.message}` : ''}`)
}

async function listStreams(call: Call, webhookUrl: string): Promise<Outcome<readonly ChainStream[]>> {
  const rows = await readPages(call, '', streamSchema)
  if (rows.kind !== 'yes') return rows
  const ours = rows.value.filter((stream) => stream.tag === ourTag && stream.webhookUrl === webhookUrl)
  return yes(
    ours.map(({ id, chainIds, status }) => ({
      id,
      chain: chainIds.length === 1 ? chainOf.get(chainIds[0]?.toLowerCase()) : undefined,
      isActive: status === 'active',
    })),
  )
}

async function createStream(call: Call, chain: Chain, webhookUrl: string): Promise<Outcome<{ readonly id: string }>> {
  const answer = await call('PUT', '', {
    webhookUrl,
    description: `SPECIES Marketplace: USDT on ${chain}`,
    tag: ourTag,
    chainIds: [streamsId(chainFacts[chain])],
    topic0: [transfer],
    abi: [transferAbi],
    allAddresses: false,
    includeContractLogs: true,
    includeNativeTxs: false,
    includeInternalTxs: false,
    includeAllTxLogs: false,
  })
  const failure = succeeded(answer)
  if (failure) return failure
  const made = streamSchema.pick({ id: true }).safeParse(answer.body)
  return made.success ? yes(made.data) : unknown('Moralis Streams’ answer has not the form of a stream')
}

/** All rows of a list; `unknown` where it repeats itself or never ends: half a list would be taken for all of it. */
async function readPages<T extends z.ZodType>(call: Call, path: string, row: T): Promise<Outcome<z.output<T>[]>> {
  const rows: z.output<T>[] = []
  let cursor: string | undefined
  const seen = new Set<string>()
  for (let page = 0; page < mostPages; page++) {
    const query = new URLSearchParams({ limit: String(pageRows), ...(cursor === undefined ? {} : { cursor }) })
    const answer = await call('GET', `${path}?${query.toString()}`)
    const failure = succeeded(answer)
    if (failure) return failure
    const parsed = z
      .object({ result: z.array(row).max(pageRows * 5), cursor: z.string().max(2_000).nullish() })
      .safeParse(answer.body)
    if (!parsed.success) return unknown('Moralis Streams’ answer has not the form of a list')
    rows.push(...parsed.data.result)
    const next = parsed.data.cursor
    if (!next || parsed.data.result.length === 0) return yes(rows)
    if (seen.has(next)) break
    seen.add(next)
    cursor = next
  }
  return unknown('The list of Moralis Streams does not end')
}
