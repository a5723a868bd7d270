import { parseAddress, tronBase58 } from '../chains/address.ts'
import { type Answer, json } from '../http/answer.ts'
import type { World } from '../state/world.ts'
import { tronPage } from './page.ts'

/** TronGrid's list of an account's TRC-20 transfers, newest first unless asked otherwise. It names no block and no log. */
export function tronTransfers(world: World, account: string, query: Readonly<Record<string, string>>): Answer {
  const chain = world.chains.TRON
  const now = world.now()
  const address = parseAddress(chain.profile, account)
  if (address === undefined) return json({ success: false, error: 'Invalid address provided', statusCode: 400 }, 400)
  const highest = query['only_confirmed'] === 'true' ? chain.solidHead(now) : chain.head(now)
  const token =
    query['contract_address'] === undefined ? undefined : parseAddress(chain.profile, query['contract_address'])
  const rows = chain.transactionsAbove(-1).flatMap((tx) => {
    const block = tx.block <= highest ? chain.block(tx.block, now) : undefined
    if (!tx.success || block === undefined || !isWithin(block.timestampMs, query)) return []
    return tx.logs
      .filter(
        (log) =>
          (log.to === address && query['only_from'] !== 'true') ||
          (log.from === address && query['only_to'] !== 'true'),
      )
      .filter((log) => token === undefined || log.token === token)
      .map((log) => ({
        transaction_id: tx.hash,
        token_info: {
          symbol: log.token === chain.profile.usdt ? 'USDT' : 'TOKEN',
          address: tronBase58(log.token),
          decimals: chain.profile.usdtDecimals,
          name: log.token === chain.profile.usdt ? 'Tether USD' : 'Some token',
        },
        block_timestamp: block.timestampMs,
        from: tronBase58(log.from),
        to: tronBase58(log.to),
        type: log.event,
        value: log.amount,
      }))
  })
  if (query['order_by'] !== 'block_timestamp,asc') rows.reverse()
  return json(tronPage(now, rows, query))
}

function isWithin(timeMs: number, query: Readonly<Record<string, string>>): boolean {
  return (
    timeMs >= Number(query['min_timestamp'] ?? 0) && timeMs <= Number(query['max_timestamp'] ?? Number.MAX_SAFE_INTEGER)
  )
}
