import { readFileSync } from 'node:fs'
import type { ConnectionOptions } from 'node:tls'

export interface PostgresHost {
  readonly host: string
  readonly port: number
}

/** An address as `postgres://user:password@host:port,host:port/database?sslmode=…`, taken apart. */
export interface PostgresAddress {
  readonly hosts: readonly PostgresHost[]
  readonly user: string
  readonly password: string
  readonly database: string
  /** Undefined: plaintext. */
  readonly tls: ConnectionOptions | undefined
  /** Whether a server that takes no writes is refused: where several hosts are named, or where it is asked for. */
  readonly primaryOnly: boolean
  readonly applicationName: string
  readonly connectTimeoutMs: number
}

const known = new Set([
  'sslmode',
  'sslrootcert',
  'sslcert',
  'sslkey',
  'target_session_attrs',
  'application_name',
  'connect_timeout',
])

/**
 * Reads such an address. What it does not know or would not honour it refuses by name: a parameter about TLS that is ignored
 * is a plaintext connection that was not wanted. Throws an Error whose message has no password in it.
 */
export function parsePostgresAddress(text: string): PostgresAddress {
  const parts = /^postgres(?:ql)?:\/\/(?:([^@/?#]*)@)?([^@/?#]+)(?:\/([^?#]*))?(?:\?([^#]*))?$/.exec(text)
  if (!parts) throw new Error('an address of Postgres is postgres://user:password@host:port/database')
  const [, credentials = '', hosts = '', database = '', query = ''] = parts
  const [user = '', ...password] = credentials.split(':')
  const parameters = new URLSearchParams(query)
  for (const name of parameters.keys())
    if (!known.has(name)) throw new Error(`an address of Postgres takes no ${name}; it takes ${[...known].join(', ')}`)
  const named = hosts.split(',').map(hostOf)
  const name = decodeURIComponent(user) || 'postgres'
  return {
    hosts: named,
    user: name,
    password: decodeURIComponent(password.join(':')),
    database: decodeURIComponent(database) || name,
    tls: tlsOf(parameters),
    primaryOnly: wantsPrimary(parameters, named.length),
    applicationName: parameters.get('application_name') ?? 'species',
    connectTimeoutMs: secondsOf(parameters.get('connect_timeout') ?? '5') * 1_000,
  }
}

function hostOf(text: string): PostgresHost {
  const parts = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(text)
  const host = parts?.[1] ?? parts?.[2]
  const port = Number(parts?.[3] ?? 5432)
  if (host === undefined || port < 1 || port > 65_535) throw new Error(`not a host of Postgres: ${text}`)
  return { host: decodeURIComponent(host), port }
}

function secondsOf(text: string): number {
  const seconds = Number(text)
  if (!/^\d{1,3}$/.test(text) || seconds < 1) throw new Error('connect_timeout is 1 to 999 seconds')
  return seconds
}

/** An address of several hosts is one service whose primary moves: the others are its standbys, never read by accident. */
function wantsPrimary(parameters: URLSearchParams, hosts: number): boolean {
  const wanted = parameters.get('target_session_attrs') ?? (hosts > 1 ? 'read-write' : 'any')
  if (wanted === 'read-write' || wanted === 'primary') return true
  if (wanted === 'any' && hosts === 1) return false
  throw new Error(
    `target_session_attrs=${wanted} is not for an address of ${hosts} host(s): writes need read-write or primary, and replicas have a setting of their own`,
  )
}

/** The words are libpq's and mean what they mean there, but for those that would fall back to plaintext: they are refused. */
function tlsOf(parameters: URLSearchParams): ConnectionOptions | undefined {
  const [mode, root, cert, key] = ['sslmode', 'sslrootcert', 'sslcert', 'sslkey'].map((name) => parameters.get(name))
  if (mode === null || mode === 'disable') {
    const idle = [...parameters.keys()].find((name) => name !== 'sslmode' && name.startsWith('ssl'))
    if (idle !== undefined) throw new Error(`${idle} needs sslmode=require, verify-ca or verify-full`)
    return undefined
  }
  if (mode !== 'require' && mode !== 'verify-ca' && mode !== 'verify-full')
    throw new Error(`sslmode=${mode} may end in plaintext: take disable, require, verify-ca or verify-full`)
  if (typeof cert !== typeof key) throw new Error('sslcert and sslkey come together')
  const own = cert && key ? { cert: readFileSync(cert), key: readFileSync(key) } : {}
  const ca = root && root !== 'system' ? { ca: readFileSync(root) } : {}
  // As in libpq: with a root certificate `require` checks the chain too, and without one there is nothing to check it by.
  if (mode === 'require' && !root) return { ...own, rejectUnauthorized: false }
  const chain = { ...own, ...ca, rejectUnauthorized: true }
  return mode === 'verify-full' ? chain : { ...chain, checkServerIdentity: () => undefined }
}
