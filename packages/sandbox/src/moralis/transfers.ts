import type { Block, SimulatedChain } from '../chains/chain.ts'
import type { ChainLog, ChainTransaction } from '../chains/change.ts'
import { blockFields } from './shape.ts'

/** What a list of a wallet's token transfers is asked with, as Moralis names it. */
export interface TransfersQuery {
  readonly from_block?: string | undefined
  readonly to_block?: string | undefined
  readonly limit?: string | undefined
  readonly order?: string | undefined
  readonly cursor?: string | undefined
  readonly contract_addresses: readonly string[]
}

const mostRows = 100

/** One page of the ERC-20 transfers of a wallet, newest first unless asked otherwise. The cursor is opaque to clients. */
export function moralisTransfers(chain: SimulatedChain, now: number, wallet: string, query: TransfersQuery): object {
  const number = (text: string | undefined, otherwise: number): number =>
    /^\d{1,15}$/.test(text ?? '') ? Number(text) : otherwise
  const limit = Math.max(1, Math.min(number(query.limit, mostRows), mostRows))
  const offset = number(Buffer.from(query.cursor ?? '', 'base64url').toString(), 0)
  const contracts = query.contract_addresses.map((address) => address.toLowerCase())
  const rows = chain
    .transactionsAbove(number(query.from_block, 0) - 1)
    .filter((tx) => tx.success && tx.block <= number(query.to_block, Number.MAX_SAFE_INTEGER))
    .flatMap((tx) => tx.logs.map((log) => ({ tx, log })))
    .filter(({ log }) => log.event === 'Transfer' && (log.from === wallet || log.to === wallet))
    .filter(({ log }) => contracts.length === 0 || contracts.includes(`0x${log.token}`))
  if (query.order?.toUpperCase() !== 'ASC') rows.reverse()
  const page = rows.slice(offset, offset + limit)
  const more = offset + page.length < rows.length
  return {
    page: Math.floor(offset / limit),
    page_size: limit,
    cursor: more ? Buffer.from(String(offset + page.length)).toString('base64url') : null,
    result: page.flatMap(({ tx, log }) => {
      const block = chain.block(tx.block, now)
      return block === undefined ? [] : [transferRow(chain, tx, log, block)]
    }),
  }
}

function transferRow(chain: SimulatedChain, tx: ChainTransaction, log: ChainLog, block: Block): object {
  const genuine = log.token === chain.profile.usdt
  return {
    token_name: genuine ? 'Tether USD' : 'Some token',
    token_symbol: genuine ? 'USDT' : 'TOKEN',
    token_logo: null,
    token_decimals: String(chain.profile.usdtDecimals),
    address: `0x${log.token}`,
    from_address: `0x${log.from}`,
    from_address_label: null,
    to_address: `0x${log.to}`,
    to_address_label: null,
    value: log.amount,
    transaction_hash: tx.hash,
    transaction_index: 12,
    log_index: log.index,
    possible_spam: !genuine,
    verified_contract: genuine,
    ...blockFields(block),
  }
}
