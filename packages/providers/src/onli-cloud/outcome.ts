import {
  type MoveOutcome,
  type MoveRequest,
  type OnliOperation,
  type OperationRef,
  onliProto,
} from '@species/contracts'
import { unknown, yes } from '@species/kernel'

const { OperationStatus } = onliProto

/** What Onli Cloud's answer about one item means. An answer that does not fit the item is no answer. */
export function outcomeOf(item: MoveRequest | OperationRef, operation: onliProto.Operation | undefined): MoveOutcome {
  if (!operation) return unknown('Onli Cloud left the item out')
  if (operation.idempotencyKey !== item.key) return unknown('Onli Cloud answered for another item')
  if (namesAnother(item, operation)) return unknown('Onli Cloud answered for another operation')
  const named = operation.operationId === '' ? {} : { operationId: operation.operationId }
  switch (operation.status) {
    case OperationStatus.DONE:
      return isAsked(item, operation)
        ? doneOperation(operation)
        : unknown('Onli Cloud says that it did something else than was asked')
    case OperationStatus.AWAITING_CONSENT:
      return { kind: 'not_yet', reason: 'awaiting_consent', ...named }
    case OperationStatus.REFUSED:
      return {
        kind: 'no',
        refusal: {
          code:
            operation.reason === 'consent_refused'
              ? 'consent_refused'
              : operation.reason === 'consent_expired'
                ? 'consent_expired'
                : 'delivery_refused',
          detail: words(operation.reason),
        },
        ...named,
      }
    case OperationStatus.CANCELLED:
      return {
        kind: 'no',
        refusal: { code: 'consent_expired', detail: words(operation.reason === '' ? 'withdrawn' : operation.reason) },
        ...named,
      }
    case OperationStatus.NOT_FOUND:
      return { kind: 'not_yet', reason: 'not_found' }
    case OperationStatus.UNSPECIFIED:
    default:
      // Unspecified, or a number that the proto does not know.
      return unknown('Onli Cloud gave no status that we know')
  }
}

function namesAnother(item: MoveRequest | OperationRef, { operationId }: onliProto.Operation): boolean {
  return 'operationId' in item && operationId !== '' && operationId !== item.operationId
}

/** Whether what was done is what was asked for: the same units, from and to the same vaults. */
function isAsked(item: MoveRequest | OperationRef, done: onliProto.Operation): boolean {
  if (!('kind' in item)) return true
  const from = item.kind === 'issue' ? done.fromVault : item.fromVault
  return done.fromVault === from && done.toVault === item.toVault && done.amount === item.units.toString()
}

function doneOperation(operation: onliProto.Operation): MoveOutcome {
  const { operationId, fromVault, toVault, amount, ownerVault } = operation
  if (operationId === '' || !/^\d{1,19}$/.test(amount))
    return unknown('Onli Cloud’s answer has no operation or no amount')
  const value: OnliOperation = { operationId, fromVault, toVault, units: BigInt(amount), ownerVault }
  return { ...yes(value), operationId }
}

const reasons: Readonly<Record<string, string>> = {
  insufficient_units: 'The vault has too few units at Onli Cloud.',
  unknown_vault: 'Onli Cloud knows no such vault.',
  consent_refused: 'The owner refused the move.',
  consent_expired: 'The owner did not approve the move in time.',
  withdrawn: 'The move was withdrawn before it happened.',
}
function words(reason: string): string {
  return reasons[reason] ?? 'Onli Cloud refused the move.'
}
