import type { OnliBook } from './book.ts'
import type { Operation } from './entry.ts'

/** An issue or a move as it was asked for. */
export interface OperationWish {
  readonly kind: 'issue' | 'move'
  readonly key: string
  readonly from: string
  readonly to: string
  readonly amount: string
  readonly expiresAt: number
  /** False when a field outside these is wrong (the device of an issue). */
  readonly wellFormed: boolean
}

export type Decision =
  | { readonly is: 'new'; readonly op: Operation }
  /** The key was used before with the same content: that operation again. */
  | { readonly is: 'known'; readonly op: Operation }
  /** An answer that is no operation and is not remembered. */
  | { readonly is: 'misused' }

/** What the partner does with one item; pure. Order of the checks: key, form, vaults, units, consent. */
export function decide(book: OnliBook, wish: OperationWish, id: string, nowSeconds: number): Decision {
  const first = book.honoursKeys && wish.key !== '' ? book.operationByKey(wish.key) : undefined
  if (first !== undefined) return sameContent(first, wish) ? { is: 'known', op: first } : { is: 'misused' }
  if (wish.key === '' || wish.key.length > 256) return { is: 'misused' }
  const { kind, key, from, to, amount, expiresAt } = wish
  const verdict = judge(book, wish, nowSeconds)
  const changedAt = verdict.status === 'DONE' ? nowSeconds : 0
  return { is: 'new', op: { id, key, kind, from, to, amount, expiresAt, changedAt, ...verdict } }
}

/** Whether the units are there; asked again when a stalled consent is granted, since nothing is set aside for it. */
export function hasUnits(book: OnliBook, op: Pick<Operation, 'kind' | 'from' | 'amount'>): boolean {
  return op.kind === 'issue' || (book.vault(op.from)?.amount ?? 0n) >= BigInt(op.amount)
}

function sameContent(op: Operation, wish: OperationWish): boolean {
  return op.kind === wish.kind && op.from === wish.from && op.to === wish.to && op.amount === wish.amount
}

function judge(book: OnliBook, wish: OperationWish, nowSeconds: number): Pick<Operation, 'status' | 'reason'> {
  if (!wish.wellFormed || !/^[1-9][0-9]{0,17}$/.test(wish.amount) || wish.from === wish.to) return refused('invalid')
  if (book.vault(wish.to) === undefined) return refused('unknown_vault')
  if (wish.kind === 'issue') return { status: 'DONE', reason: '' }
  const source = book.vault(wish.from)
  if (source === undefined) return refused('unknown_vault')
  if (!hasUnits(book, wish)) return refused('insufficient_units')
  if (!source.preAuthorised && wish.expiresAt !== 0 && wish.expiresAt <= nowSeconds) {
    return { status: 'CANCELLED', reason: 'consent_expired' }
  }
  switch (book.consentOf(source)) {
    case 'grant':
      return { status: 'DONE', reason: '' }
    case 'stall':
      return { status: 'AWAITING_CONSENT', reason: '' }
    case 'refuse':
      return refused('consent_refused')
  }
}

function refused(reason: string): Pick<Operation, 'status' | 'reason'> {
  return { status: 'REFUSED', reason }
}
