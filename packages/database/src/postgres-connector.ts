import type { Socket } from 'node:net'
import type { PostgresAddress } from './postgres-address.ts'
import { createPrimaryFinder } from './postgres-primary.ts'
import { connectSocket, failure } from './postgres-socket.ts'

export interface Connector {
  open(): Promise<Socket>
  /** A connection was lost: where the primary is must be asked again. */
  forget(): void
  /** Looks for a newer primary, though no connection is needed; now and then, however often it is called. */
  look(): void
}

const lookEveryMs = 1_000

/**
 * Opens sockets to where writes are taken; slower and slower while that fails, so that a server that starts is left to it. As soon
 * as a newer primary is found, every socket to an older one is destroyed, in the middle of a transaction too: what would be
 * committed there is lost.
 */
export function createConnector(address: PostgresAddress): Connector {
  const timelines = new Map<Socket, string>()
  let newest = ''
  const finder = address.primaryOnly
    ? createPrimaryFinder(address, (timeline) => {
        newest = timeline
        for (const [socket, its] of timelines) if (its < newest) socket.destroy(replaced())
      })
    : undefined
  const [only] = address.hosts
  let failures = 0
  let lookedAtMs = -Infinity
  const connect = async (): Promise<Socket> => {
    if (!finder) {
      if (!only) throw failure('NO_PRIMARY', 'an address of Postgres without a host')
      return await connectSocket(only, address.tls, address.connectTimeoutMs)
    }
    const { host, timeline } = await finder.find()
    const socket = await connectSocket(host, address.tls, address.connectTimeoutMs)
    socket.once('close', () => timelines.delete(socket))
    timelines.set(socket, timeline)
    if (timeline < newest) {
      socket.on('error', () => undefined).destroy()
      throw replaced()
    }
    return socket
  }
  return {
    async open() {
      if (failures > 0) await new Promise((resolve) => setTimeout(resolve, Math.min(500, 10 * 2 ** failures)))
      try {
        const socket = await connect()
        failures = 0
        return socket
      } catch (error) {
        failures++
        finder?.forget()
        throw error
      }
    },
    forget: () => finder?.forget(),
    look() {
      if (performance.now() - lookedAtMs < lookEveryMs) return
      lookedAtMs = performance.now()
      finder?.find().catch(() => undefined)
    },
  }
}

function replaced(): Error {
  return failure(
    'NO_PRIMARY',
    'this server was replaced by a newer primary; what it was asked last is lost, or was never done',
  )
}
