import { Fault } from '@species/kernel'

/**
 * SQLSTATE classes of a server that is unavailable, busy, or asks for the transaction to be run again; it takes no writes because
 * another is the primary now (25006); it ended a transaction whose process stood still (25P03).
 */
const transientSqlStates = /^(08|40|53|55|57|25006|25P03)/
/** A statement that took too long (57014) takes too long again. Waiting for a lock ends earlier, and as 55P03. */
const definiteSqlStates = new Set(['57014'])
const transientCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  'CONNECT_TIMEOUT',
  'NO_CONNECTION',
  'NO_PRIMARY',
  'TLS_REFUSED',
  'EAI_AGAIN',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ENETUNREACH',
])

/** Whether the same call may succeed by itself later. */
export function isTransient(error: unknown): boolean {
  if (error instanceof Fault) return error.retryable
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
  if (typeof code !== 'string' || definiteSqlStates.has(code)) return false
  return transientSqlStates.test(code) || transientCodes.has(code)
}
