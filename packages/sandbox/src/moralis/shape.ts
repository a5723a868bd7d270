import type { Block, SimulatedChain } from '../chains/chain.ts'
import type { ChainLog, ChainTransaction } from '../chains/change.ts'
import { logWords, transferCall } from '../chains/topics.ts'

export interface MoralisLog {
  log_index: string
  transaction_hash: string
  transaction_index: string
  transaction_value: string
  address: string
  data: string
  topic0: string
  topic1: string
  topic2: string
  topic3: string | null
  block_timestamp: string
  block_number: string
  block_hash: string
}

/** Moralis' form of a transaction: snake case, and every quantity a string. */
export interface MoralisTransaction {
  hash: string
  receipt_status?: string
  logs: MoralisLog[]
  readonly [other: string]: unknown
}

export function moralisTransaction(tx: ChainTransaction, block: Block): MoralisTransaction {
  return {
    hash: tx.hash,
    nonce: '7',
    transaction_index: '12',
    from_address: `0x${tx.sender}`,
    from_address_label: null,
    to_address: `0x${tx.contract}`,
    to_address_label: null,
    value: '0',
    gas: '90000',
    gas_price: '1000000000',
    input: `0x${transferCall(tx.input)}`,
    receipt_cumulative_gas_used: '1340925',
    receipt_gas_used: '63209',
    receipt_contract_address: null,
    receipt_root: null,
    receipt_status: tx.success ? '1' : '0',
    ...blockFields(block),
    transfer_index: [],
    logs: tx.logs.map((log) => moralisLog(tx, log, block)),
    decoded_call: null,
  }
}

/** The same with what Moralis makes of the call and the logs of a token that it knows. */
export function moralisVerbose(tx: ChainTransaction, block: Block): MoralisTransaction {
  const plain = moralisTransaction(tx, block)
  const param = (name: string, type: string, value: string): object => ({ name, value, type })
  return {
    ...plain,
    logs: plain.logs.map((row, index) => {
      const log = tx.logs[index]
      if (log === undefined) return row
      const [from, to] = log.event === 'Transfer' ? ['from', 'to'] : ['owner', 'spender']
      return {
        ...row,
        decoded_event: {
          signature: `${log.event}(address,address,uint256)`,
          label: log.event,
          type: 'event',
          params: [
            param(from, 'address', `0x${log.from}`),
            param(to, 'address', `0x${log.to}`),
            param('value', 'uint256', log.amount),
          ],
        },
      }
    }),
    decoded_call: {
      signature: 'transfer(address,uint256)',
      label: 'transfer',
      type: 'function',
      params: [param('_to', 'address', `0x${tx.input.to}`), param('_value', 'uint256', tx.input.amount)],
    },
  }
}

/** One row of a wallet's token balances. */
export function moralisBalance(chain: SimulatedChain, token: string, balance: bigint): object {
  const genuine = token === chain.profile.usdt
  return {
    token_address: `0x${token}`,
    symbol: genuine ? 'USDT' : 'TOKEN',
    name: genuine ? 'Tether USD' : 'Some token',
    logo: null,
    thumbnail: null,
    decimals: chain.profile.usdtDecimals,
    balance: balance.toString(),
    possible_spam: !genuine,
    verified_contract: genuine,
  }
}

const emptyRoot = `0x${'0'.repeat(64)}`

export function moralisBlock(chain: SimulatedChain, block: Block): object {
  const transactions = chain.transactionsInBlock(block.number).map((tx) => moralisTransaction(tx, block))
  return {
    timestamp: isoSeconds(block.timestampMs),
    number: String(block.number),
    hash: block.hash,
    parent_hash: block.parentHash,
    nonce: '0x0000000000000000',
    sha3_uncles: emptyRoot,
    logs_bloom: `0x${'0'.repeat(512)}`,
    transactions_root: emptyRoot,
    state_root: emptyRoot,
    receipts_root: emptyRoot,
    miner: `0x${'0'.repeat(39)}1`,
    difficulty: '0',
    total_difficulty: '0',
    size: '1024',
    extra_data: '0x',
    base_fee_per_gas: '1000000000',
    gas_limit: '30000000',
    gas_used: '63209',
    transaction_count: String(transactions.length),
    transactions,
  }
}

function moralisLog(tx: ChainTransaction, log: ChainLog, block: Block): MoralisLog {
  const { topics, data } = logWords(log)
  return {
    log_index: String(log.index),
    transaction_hash: tx.hash,
    transaction_index: '12',
    transaction_value: '0',
    address: `0x${log.token}`,
    data: `0x${data}`,
    topic0: `0x${topics[0]}`,
    topic1: `0x${topics[1]}`,
    topic2: `0x${topics[2]}`,
    topic3: null,
    ...blockFields(block),
  }
}

/** Where a row stands on its chain. */
export function blockFields(block: Block): { block_timestamp: string; block_number: string; block_hash: string } {
  return { block_timestamp: isoSeconds(block.timestampMs), block_number: String(block.number), block_hash: block.hash }
}

// EVM blocks know whole seconds only.
function isoSeconds(ms: number): string {
  return new Date(Math.floor(ms / 1000) * 1000).toISOString()
}
