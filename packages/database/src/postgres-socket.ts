import { type Socket, connect as connectTcp, isIP } from 'node:net'
import { type ConnectionOptions, connect as connectTls } from 'node:tls'
import { isTransient } from '@species/platform'
import type { PostgresHost } from './postgres-address.ts'

/** The request for TLS that goes before anything else (PostgreSQL protocol, section SSL Session Encryption). */
const tlsRequest = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47])

/**
 * A connected socket, encrypted where `tls` is given: a server that has no TLS is then refused. Bounded: a host that takes the
 * connection and says nothing is a host that is away.
 */
export async function connectSocket(
  { host, port }: PostgresHost,
  tls: ConnectionOptions | undefined,
  timeoutMs: number,
): Promise<Socket> {
  const opened: Socket[] = []
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(failure('CONNECT_TIMEOUT', `${host}:${port} did not answer within ${timeoutMs} ms`))
    }, timeoutMs)
  })
  try {
    const plain = connectTcp({ host, port, noDelay: true })
    opened.push(plain)
    await Promise.race([happens(plain, 'connect'), late])
    if (!tls) return plain
    plain.write(tlsRequest)
    const answer = await Promise.race([firstBytes(plain), late])
    // More than the one byte would be something that a stranger put before the handshake.
    if (answer.length !== 1 || answer[0] !== 83)
      throw failure('TLS_REFUSED', `${host}:${port} speaks no TLS, and the address asks for it`)
    const encrypted = connectTls({ ...tls, socket: plain, ...(isIP(host) === 0 ? { servername: host } : { host }) })
    opened.push(encrypted)
    await Promise.race([happens(encrypted, 'secureConnect'), late])
    return encrypted
  } catch (error) {
    for (const socket of opened) socket.on('error', () => undefined).destroy()
    throw error
  } finally {
    clearTimeout(timer)
    late.catch(() => undefined)
  }
}

function happens(socket: Socket, event: 'connect' | 'secureConnect'): Promise<void> {
  return new Promise((resolve, reject) => {
    const closed = (): void => {
      reject(failure('CONNECTION_CLOSED', 'the server closed the connection at once'))
    }
    socket.once('error', reject)
    socket.once('close', closed)
    socket.once(event, () => {
      socket.off('error', reject)
      socket.off('close', closed)
      resolve()
    })
  })
}

function firstBytes(socket: Socket): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const closed = (): void => {
      reject(failure('CONNECTION_CLOSED', 'the server closed the connection instead of answering about TLS'))
    }
    socket.once('error', reject)
    socket.once('close', closed)
    socket.once('data', (data) => {
      socket.pause()
      socket.off('error', reject)
      socket.off('close', closed)
      resolve(data)
    })
  })
}

/** An error that `isTransient` knows by its code. */
export function failure(code: string, message: string): Error {
  return Object.assign(new Error(message), { code })
}

/**
 * Why there is no connection, as something that passes: a certificate that has run out, a password that was changed and a process
 * without file handles are put right by somebody, and no message that came meanwhile is to blame.
 */
export function noConnection(error: unknown): Error {
  if (error instanceof Error && isTransient(error)) return error
  const reason = error instanceof Error ? error.message : String(error)
  return Object.assign(new Error(`no connection to the database: ${reason}`, { cause: error }), {
    code: 'NO_CONNECTION',
  })
}
