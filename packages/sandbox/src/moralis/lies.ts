import type { Answer } from '../http/answer.ts'
import { json } from '../http/answer.ts'
import type { MoralisLog, MoralisTransaction } from './shape.ts'

const somebodyElse = '00000000000000000000000000000000deadbeef'

/** A false answer in the true shape; an answer without a transaction has nothing to lie about and stays. */
export function lieAsMoralis(how: string, answer: Answer): Answer {
  if (how === 'not_found') return json({ message: 'null' }, 404)
  if (answer.is !== 'json') return answer
  if (how === 'stale_height') return json(String(Number(answer.body) - 500), answer.status)
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
  if (answer.is !== 'json' || !isTransaction(answer.body)) return answer
  return json({ ...answer.body, logs: [...answer.body.logs, ...answer.body.logs] })
}

function withLogs(tx: MoralisTransaction, change: (log: MoralisLog) => MoralisLog): MoralisTransaction {
  return { ...tx, logs: tx.logs.map(change) }
}

function isTransaction(body: unknown): body is MoralisTransaction {
  return typeof body === 'object' && body !== null && 'logs' in body
}
