import type { Block } from '../chains/chain.ts'
import type { ChainLog, ChainTransaction } from '../chains/change.ts'
import { tronBase58, tronHex } from '../chains/address.ts'
import { logWords, transferCall } from '../chains/topics.ts'

export interface TronLog {
  address: string
  topics: string[]
  data: string
}

/** What `gettransactioninfobyid` answers. */
export interface TronTransactionInfo {
  id: string
  receipt?: object
  log?: TronLog[]
  readonly [other: string]: unknown
}

export function tronTransactionInfo(tx: ChainTransaction, block: Block, visible: boolean): TronTransactionInfo {
  const failure = { result: 'FAILED', resMessage: Buffer.from('REVERT opcode executed').toString('hex') }
  return {
    id: tx.hash,
    fee: 13_844_850,
    blockNumber: block.number,
    blockTimeStamp: block.timestampMs,
    contractResult: [tx.success ? '1'.padStart(64, '0') : ''],
    contract_address: visible ? tronBase58(tx.contract) : tronHex(tx.contract),
    receipt: { energy_usage_total: 64_285, net_usage: 345, result: tx.success ? 'SUCCESS' : 'REVERT' },
    ...(tx.logs.length > 0 ? { log: tx.logs.map((log) => tronLog(log, visible)) } : {}),
    ...(tx.success ? {} : failure),
  }
}

/** What `gettransactionbyid` answers: the call as it was signed, and how it ended. */
export function tronTransaction(tx: ChainTransaction, block: Block, visible: boolean): object {
  const address = visible ? tronBase58 : tronHex
  const value = {
    data: transferCall(tx.input),
    owner_address: address(tx.sender),
    contract_address: address(tx.contract),
  }
  return {
    ret: [{ contractRet: tx.success ? 'SUCCESS' : 'REVERT' }],
    signature: ['0'.repeat(130)],
    txID: tx.hash,
    raw_data: {
      contract: [
        {
          parameter: { value, type_url: 'type.googleapis.com/protocol.TriggerSmartContract' },
          type: 'TriggerSmartContract',
        },
      ],
      ref_block_bytes: (block.number & 0xff_ff).toString(16).padStart(4, '0'),
      ref_block_hash: block.parentHash.slice(16, 32),
      expiration: block.timestampMs + 60_000,
      fee_limit: 100_000_000,
      timestamp: block.timestampMs,
    },
    raw_data_hex: '',
  }
}

export function tronBlock(block: Block, transactions: readonly object[] = []): object {
  return {
    blockID: block.hash,
    ...(transactions.length > 0 ? { transactions } : {}),
    block_header: {
      raw_data: {
        number: block.number,
        txTrieRoot: '0'.repeat(64),
        witness_address: tronHex('0'.repeat(39) + '1'),
        parentHash: block.parentHash,
        version: 31,
        timestamp: block.timestampMs,
      },
      witness_signature: '0'.repeat(130),
    },
  }
}

/** One row of TronGrid's events; addresses inside `result` are 0x hex, outside base58. */
export function tronEvent(tx: ChainTransaction, log: ChainLog, block: Block): object {
  const names = log.event === 'Transfer' ? (['from', 'to'] as const) : (['owner', 'spender'] as const)
  const [from, to] = [`0x${log.from}`, `0x${log.to}`]
  return {
    block_number: block.number,
    block_timestamp: block.timestampMs,
    caller_contract_address: tronBase58(log.token),
    contract_address: tronBase58(log.token),
    event_index: log.index,
    event_name: log.event,
    result: { '0': from, '1': to, '2': log.amount, [names[0]]: from, [names[1]]: to, value: log.amount },
    result_type: { [names[0]]: 'address', [names[1]]: 'address', value: 'uint256' },
    event: `${log.event}(address indexed ${names[0]}, address indexed ${names[1]}, uint256 value)`,
    transaction_id: tx.hash,
  }
}

// In a log the address is the bare 20 bytes, unlike everywhere else in this API.
function tronLog(log: ChainLog, visible: boolean): TronLog {
  const { topics, data } = logWords(log)
  return { address: visible ? tronBase58(log.token) : log.token, topics, data }
}
