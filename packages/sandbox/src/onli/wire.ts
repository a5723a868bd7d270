import type { ItemAnswer, OperationName } from './desk.ts'
import type { OperationWish } from './decide.ts'

// The messages of onli_cloud.proto as proto-loader hands them over (original names, 64-bit numbers as strings).

export interface IssueRequest {
  readonly app_symbol: string
  readonly items: readonly { idempotency_key: string; to_vault: string; amount: string; which_device: string }[]
}

export interface ChangeOwnerRequest {
  readonly app_symbol: string
  readonly items: readonly {
    idempotency_key: string
    from_vault: string
    to_vault: string
    amount: string
    consent_expires_at: string
  }[]
}

export interface OperationsRequest {
  readonly items: readonly { operation_id: string; idempotency_key: string }[]
}

export interface WireOperation {
  readonly operation_id: string
  readonly idempotency_key: string
  /** A name of the enum; a lie may hold a number that the enum does not have. */
  readonly status: string | number
  readonly from_vault: string
  readonly to_vault: string
  readonly amount: string
  readonly owner_changed_at: number
  readonly reason: string
  readonly owner_vault: string
}

export interface OperationsResponse {
  readonly items: readonly WireOperation[]
}

export interface BalancesRequest {
  readonly app_symbol: string
  readonly vaults: readonly string[]
}

export interface CreateVaultsRequest {
  readonly items: readonly { vault: string; owner: string; pre_authorised: boolean }[]
}

export interface VaultsResponse {
  readonly items: readonly { vault: string; exists: boolean; amount: string }[]
}

export function issueWish(item: IssueRequest['items'][number]): OperationWish {
  const wellFormed = item.which_device === 'cloud' || item.which_device === 'mobile'
  return {
    kind: 'issue',
    key: item.idempotency_key,
    from: '',
    to: item.to_vault,
    amount: item.amount,
    expiresAt: 0,
    wellFormed,
  }
}

export function moveWish(item: ChangeOwnerRequest['items'][number]): OperationWish {
  const expiresAt = Number(item.consent_expires_at)
  return {
    kind: 'move',
    key: item.idempotency_key,
    from: item.from_vault,
    to: item.to_vault,
    amount: item.amount,
    expiresAt,
    wellFormed: Number.isSafeInteger(expiresAt) && expiresAt >= 0,
  }
}

export function operationName(item: OperationsRequest['items'][number]): OperationName {
  return { id: item.operation_id, key: item.idempotency_key }
}

export function wireOperation(answer: ItemAnswer): WireOperation {
  switch (answer.is) {
    case 'operation': {
      const { id, key, status, from, to, amount, changedAt, reason } = answer.op
      return {
        operation_id: id,
        idempotency_key: key,
        status: `OPERATION_STATUS_${status}`,
        from_vault: from,
        to_vault: to,
        amount,
        owner_changed_at: changedAt,
        reason,
        owner_vault: status === 'DONE' ? to : '',
      }
    }
    case 'misused': {
      const { key, from, to, amount } = answer.wish
      return {
        ...blank,
        idempotency_key: key,
        status: 'OPERATION_STATUS_REFUSED',
        from_vault: from,
        to_vault: to,
        amount,
        reason: 'invalid',
      }
    }
    case 'unknown':
      return notFound(answer.name)
  }
}

export function notFound(name: OperationName): WireOperation {
  return { ...blank, operation_id: name.id, idempotency_key: name.key, status: 'OPERATION_STATUS_NOT_FOUND' }
}

const blank: WireOperation = {
  operation_id: '',
  idempotency_key: '',
  status: 'OPERATION_STATUS_UNSPECIFIED',
  from_vault: '',
  to_vault: '',
  amount: '',
  owner_changed_at: 0,
  reason: '',
  owner_vault: '',
}
