import { timingSafeEqual } from 'node:crypto'
import { keccak_256 } from '@noble/hashes/sha3.js'
import {
  type ChainFacts,
  type ChainHint,
  type ChainHints,
  chainFacts,
  chainsOf,
  comparableAddress,
  normaliseHash,
} from '@species/contracts'
import type { Secret } from '@species/platform'
import { z } from 'zod'

/** Streams that we made carry this tag; of other streams of the same account nothing is believed. */
export const ourTag = 'species'
/** Recipients that one delivery may name. */
const maxTransfers = 5_000

const deliverySchema = z.object({
  chainId: z.string().max(20),
  streamId: z.string().max(100),
  tag: z.string().max(200).nullish(),
  erc20Transfers: z
    .array(z.object({ to: z.string().max(100), transactionHash: z.string().max(100).optional() }))
    .max(maxTransfers)
    .nullish(),
})

/** Chains by the hexadecimal number that Streams calls them by. */
export const chainOf = new Map(chainsOf('EVM').map((chain) => [streamsId(chainFacts[chain]), chain]))

/**
 * Reads deliveries of Moralis Streams. Header `x-signature` is 0x and Keccak-256 over the body as it came and the secret. Streams sends
 * each block unconfirmed and confirmed, in any order and more than once: all of them mean that the chain is worth a look. The delivery
 * that is sent when a stream is made names no chain and no stream.
 */
export function createMoralisStream(secret: Secret): ChainHints {
  return {
    read(body, headers): ChainHint {
      if (!isSigned(body, headers.get('x-signature') ?? '', secret)) return { kind: 'forged' }
      const parsed = deliverySchema.safeParse(parse(body))
      if (!parsed.success) return { kind: 'unreadable' }
      const { chainId, streamId, tag, erc20Transfers } = parsed.data
      if (chainId === '' && streamId === '') return { kind: 'test' }
      const chain = chainOf.get(chainId.toLowerCase())
      if (tag !== ourTag || chain === undefined) return { kind: 'unknown_stream' }
      const payments = (erc20Transfers ?? []).map(({ to, transactionHash }) => ({
        toAddress: comparableAddress('EVM', to),
        hash: transactionHash === undefined ? undefined : normaliseHash(chain, transactionHash),
      }))
      return {
        kind: 'look',
        chain,
        addresses: [...new Set(payments.map(({ toAddress }) => toAddress))],
        payments: payments.flatMap(({ toAddress, hash }) => (hash === undefined ? [] : [{ toAddress, hash }])),
      }
    },
  }
}

/** What Streams calls a chain. */
export function streamsId({ streamsId: id }: ChainFacts): string | undefined {
  return id
}

function isSigned(body: string, signature: string, secret: Secret): boolean {
  const expected = Buffer.from(keccak_256(Buffer.from(body + secret.reveal(), 'utf8')))
  const given = /^0x[0-9a-fA-F]{64}$/.test(signature) ? Buffer.from(signature.slice(2), 'hex') : Buffer.alloc(32)
  return timingSafeEqual(expected, given)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
