import type { Answer } from '../http/answer.ts'
import { json } from '../http/answer.ts'
import type { MoralisLog, MoralisTransaction } from './shape.ts'

const somebodyElse = '00000000000000000000000000000000deadbeef'

/** A false answer in the true shape; an answer without a transaction has nothing to lie about and stays. */
export function lieAsMoralis(how: string, answer: Answer): Answer {
  if (how === 'not_found') return json({ message: 'null' }, 404)
  if (answer.is !== 'json') return answer
  if (how === 'stale_height') return json(String(Number(answer.body) - 500), answer.status)
  if (isPage(answer.body)) return json(falsePage(how, answer.body), answer.status)
  if (!isTransaction(answer.body)) return answer
  const tx = answer.body
  switch (how) {
    case 'amount':
      return json(
        withLogs(tx, (log) => ({ ...log, data: `0x${(BigInt(log.data) * 10n).toString(16).padStart(64, '0')}` })),
      )
    case 'recipient':
      return json(withLogs(tx, (log) => ({ ...log, topic2: `0x${somebodyElse.padStart(64, '0')}` })))
    case 'token':
      return json(withLogs(tx, (log) => ({ ...log, address: `0x${somebodyElse}` })))
    case 'no_receipt': {
      const { receipt_status: _dropped, ...rest } = tx
      return json(rest)
    }
    default:
      return answer
  }
}

/** The same logs listed twice, as after a careless retry on their side. */
export function duplicateMoralis(answer: Answer): Answer {
  if (answer.is === 'json' && isPage(answer.body)) {
    const { result } = answer.body
    return json({ ...answer.body, result: result.flatMap((row) => [row, row]) })
  }
  if (answer.is !== 'json' || !isTransaction(answer.body)) return answer
  return json({ ...answer.body, logs: [...answer.body.logs, ...answer.body.logs] })
}

interface Page {
  cursor: string | null
  result: { transaction_hash: string; address: string; to_address: string }[]
}

function falsePage(how: string, page: Page): Page {
  // The newest row, of whichever direction it is.
  const last = page.result.at(-1)
  switch (how) {
    case 'phantom':
      return last
        ? { ...page, result: [...page.result, { ...last, transaction_hash: `0x${'dead'.repeat(16)}` }] }
        : page
    case 'loop':
      return { ...page, cursor: Buffer.from('0').toString('base64url') }
    case 'omit':
      return { ...page, result: [] }
    case 'lookalike':
      return { ...page, result: page.result.map((row) => ({ ...row, address: `0x${somebodyElse}` })) }
    default:
      return page
  }
}

function isPage(body: unknown): body is Page {
  return typeof body === 'object' && body !== null && 'cursor' in body && 'result' in body
}

function withLogs(tx: MoralisTransaction, change: (log: MoralisLog) => MoralisLog): MoralisTransaction {
  return { ...tx, logs: tx.logs.map(change) }
}

function isTransaction(body: unknown): body is MoralisTransaction {
  return typeof body === 'object' && body !== null && 'logs' in body
}
