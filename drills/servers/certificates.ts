import { spawnSync } from 'node:child_process'
import { chownSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ownDirectory } from './belongings.ts'
import { findBinary, unprivilegedUser } from './binaries.ts'

export interface Certificates {
  /** The authority that made the server's certificate. */
  readonly ca: string
  /** A server named `localhost`, and nothing else. */
  readonly cert: string
  readonly key: string
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']

/** An authority of its own and a server's certificate of it, as files that any server here may read; good for two days. */
export function makeCertificates(): Certificates {
  const user = unprivilegedUser()
  const directory = ownDirectory('certificates', user)
  const at = (name: string): string => join(directory, name)
  writeFileSync(at('names'), 'subjectAltName=DNS:localhost\n')
  openssl(
    ...['req', '-x509', ...newKey, '-keyout', at('ca.key'), '-out', at('ca.crt')],
    ...['-days', '2', '-subj', '/CN=authority of a drill'],
  )
  openssl('req', '-new', ...newKey, '-keyout', at('server.key'), '-out', at('server.csr'), '-subj', '/CN=localhost')
  openssl(
    ...['x509', '-req', '-in', at('server.csr'), '-CA', at('ca.crt'), '-CAkey', at('ca.key'), '-CAcreateserial'],
    ...['-days', '2', '-extfile', at('names'), '-out', at('server.crt')],
  )
  // Postgres takes no key that belongs to somebody else.
  if (user) for (const name of ['ca.crt', 'server.crt', 'server.key']) chownSync(at(name), user.uid, user.gid)
  return { ca: at('ca.crt'), cert: at('server.crt'), key: at('server.key') }
}

function openssl(...argv: string[]): void {
  const { status, stderr } = spawnSync(findBinary('openssl'), argv, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`openssl ${argv[0] ?? ''} ended with ${String(status)}: ${stderr.trim()}`)
}
