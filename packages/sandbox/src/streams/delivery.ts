import { keccak_256 } from '@noble/hashes/sha3.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import type { Block } from '../chains/chain.ts'
import type { ChainTransaction } from '../chains/change.ts'
import { logWords } from '../chains/topics.ts'
import type { ChainProfile } from '../chains/profile.ts'
import type { Stream } from './entry.ts'

/** A webhook as it is sent: bytes and their signature. */
export interface Delivery {
  readonly url: string
  readonly body: string
  readonly signature: string
}

/** `x-signature`: 0x and Keccak-256 over the body and the secret, one after the other. */
export function signed(url: string, body: object, secret: string): Delivery {
  const text = JSON.stringify(body)
  return { url, body: text, signature: `0x${bytesToHex(keccak_256(utf8ToBytes(text + secret)))}` }
}

const nothing = {
  txsInternal: [],
  erc20Approvals: [],
  nftTransfers: [],
  nftApprovals: { ERC721: [], ERC1155: [] },
  nativeBalances: [],
}

/** The delivery by which an address is tried when a stream is made or changed: it names no chain and no stream. */
export function testDelivery({ webhookUrl, secret }: Pick<Stream, 'webhookUrl' | 'secret'>): Delivery {
  const block = { number: '', hash: '', timestamp: '' }
  const empty = { abi: {}, block, logs: [], txs: [], erc20Transfers: [], ...nothing }
  return signed(webhookUrl, { confirmed: true, chainId: '', streamId: '', tag: '', retries: 0, ...empty }, secret)
}

export interface BlockNews {
  readonly profile: ChainProfile
  readonly chainId: string
  readonly block: Block
  readonly transactions: readonly ChainTransaction[]
  readonly confirmed: boolean
}

/** What a stream says of one block. */
export function blockBody(stream: Pick<Stream, 'id' | 'tag' | 'abi'>, news: BlockNews, retries: number): object {
  const { profile, chainId, block, transactions, confirmed } = news
  const logs = transactions.flatMap((tx) => tx.logs.map((log) => ({ tx, log })))
  return {
    confirmed,
    chainId,
    streamId: stream.id,
    tag: stream.tag,
    retries,
    abi: stream.abi,
    block: {
      number: String(block.number),
      hash: block.hash,
      timestamp: String(Math.floor(block.timestampMs / 1_000)),
    },
    logs: logs.map(({ tx, log }) => {
      const { topics, data } = logWords(log)
      return {
        logIndex: String(log.index),
        transactionHash: tx.hash,
        address: `0x${log.token}`,
        data: `0x${data}`,
        topic0: `0x${topics[0]}`,
        topic1: `0x${topics[1]}`,
        topic2: `0x${topics[2]}`,
        topic3: null,
      }
    }),
    txs: transactions.map((tx) => ({
      hash: tx.hash,
      fromAddress: `0x${tx.sender}`,
      toAddress: `0x${tx.contract}`,
      value: '0',
      receiptStatus: tx.success ? '1' : '0',
    })),
    erc20Transfers: logs
      .filter(({ log }) => log.event === 'Transfer')
      .map(({ tx, log }) => ({
        transactionHash: tx.hash,
        logIndex: String(log.index),
        contract: `0x${log.token}`,
        from: `0x${log.from}`,
        to: `0x${log.to}`,
        value: log.amount,
        tokenName: log.token === profile.usdt ? 'Tether USD' : 'Some token',
        tokenSymbol: log.token === profile.usdt ? 'USDT' : 'TOKEN',
        tokenDecimals: String(profile.usdtDecimals),
        valueWithDecimals: null,
      })),
    ...nothing,
  }
}
