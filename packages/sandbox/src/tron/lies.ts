import type { Answer } from '../http/answer.ts'
import { json } from '../http/answer.ts'
import type { TronLog, TronTransactionInfo } from './shape.ts'

const somebodyElse = '00000000000000000000000000000000deadbeef'

/** A false answer in the true shape; an answer without a transaction has nothing to lie about and stays. */
export function lieAsTron(how: string, answer: Answer): Answer {
  if (how === 'error_body') return json({ Error: 'class java.lang.NullPointerException : null' })
  if (answer.is !== 'json') return answer
  if (how === 'not_found') return json(isEvents(answer.body) ? { ...answer.body, data: [] } : {})
  if (how === 'stale_height') return json(withOlderHeight(answer.body))
  if (isEvents(answer.body)) return json(falsePage(how, answer.body))
  if (!isInfo(answer.body)) return answer
  const info = answer.body
  switch (how) {
    case 'amount':
      return json(
        withLogs(info, (log) => ({ ...log, data: (BigInt(`0x${log.data}`) * 10n).toString(16).padStart(64, '0') })),
      )
    case 'recipient':
      return json(
        withLogs(info, ({ topics: [event = '', from = ''], ...log }) => ({
          ...log,
          topics: [event, from, somebodyElse.padStart(64, '0')],
        })),
      )
    case 'token':
      return json(withLogs(info, (log) => ({ ...log, address: somebodyElse })))
    case 'no_receipt': {
      const { receipt: _dropped, ...rest } = info
      return json({ ...rest, receipt: {} })
    }
    default:
      return answer
  }
}

/** The same logs listed twice. */
export function duplicateTron(answer: Answer): Answer {
  if (answer.is === 'json' && isEvents(answer.body))
    return json({ ...answer.body, data: answer.body.data.flatMap((row) => [row, row]) })
  if (answer.is !== 'json' || !isInfo(answer.body) || answer.body.log === undefined) return answer
  return json({ ...answer.body, log: [...answer.body.log, ...answer.body.log] })
}

function withLogs(info: TronTransactionInfo, change: (log: TronLog) => TronLog): TronTransactionInfo {
  return info.log === undefined ? info : { ...info, log: info.log.map(change) }
}

function withOlderHeight(body: unknown): unknown {
  const header = (body as { block_header: { raw_data: { number: number } } }).block_header
  return {
    ...(body as object),
    block_header: { ...header, raw_data: { ...header.raw_data, number: header.raw_data.number - 500 } },
  }
}

function isInfo(body: unknown): body is TronTransactionInfo {
  return typeof body === 'object' && body !== null && 'receipt' in body
}

function falsePage(how: string, page: { data: object[]; meta?: object }): object {
  const [first] = page.data
  switch (how) {
    case 'phantom':
      return first ? { ...page, data: [...page.data, { ...first, transaction_id: 'dead'.repeat(16) }] } : page
    case 'loop':
      return { ...page, meta: { ...page.meta, fingerprint: Buffer.from('0').toString('base64url') } }
    case 'omit':
      return { ...page, data: [] }
    case 'lookalike':
      return {
        ...page,
        data: page.data.map((row) => ({ ...row, token_info: { symbol: 'USDT', address: somebodyElse } })),
      }
    default:
      return page
  }
}

function isEvents(body: unknown): body is { data: object[] } {
  return typeof body === 'object' && body !== null && 'data' in body
}
