import type { OperationsResponse, VaultsResponse, WireOperation } from './wire.ts'
import { notFound } from './wire.ts'

/** False answers about operations; balances and books stay true, so the oracle contradicts what really happened. */
export function lieAboutOperations(how: string, answer: OperationsResponse): OperationsResponse {
  const each = (change: (op: WireOperation) => WireOperation): OperationsResponse => ({
    items: answer.items.map(change),
  })
  switch (how) {
    case 'owner':
      return each((op) => (op.owner_vault === '' ? op : { ...op, owner_vault: 'somebody-else' }))
    case 'amount':
      return each((op) => (/^[0-9]+$/.test(op.amount) ? { ...op, amount: (BigInt(op.amount) + 1n).toString() } : op))
    case 'garbage_status':
      return each((op) => ({ ...op, status: 99 }))
    case 'not_found':
      return each((op) => notFound({ id: op.operation_id, key: op.idempotency_key }))
    case 'order':
      return { items: answer.items.toReversed() }
    case 'missing':
      return { items: answer.items.slice(0, -1) }
    default:
      return answer
  }
}

/** One unit too many in every vault. */
export function lieAboutBalances(how: string, answer: VaultsResponse): VaultsResponse {
  if (how !== 'balance') return answer
  return { items: answer.items.map((vault) => ({ ...vault, amount: (BigInt(vault.amount) + 1n).toString() })) }
}
