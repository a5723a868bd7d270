import { type Server, type Socket, connect, createServer } from 'node:net'

/** Stands between processes and a server: adds latency, cuts connections, or leads to another server from now on. */
export class TcpProxy {
  /** Added to each chunk on its way, in either direction. */
  latencyMs = 0
  /** Hears each chunk that a client sends, and on which connection. */
  hear: ((chunk: Buffer, from: Socket) => void) | undefined
  readonly port: number
  #target: number | undefined
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  private constructor(server: Server, port: number, target: number) {
    this.#server = server
    this.port = port
    this.#target = target
    server.on('connection', (socket) => {
      this.#join(socket)
    })
  }

  static async start(target: number): Promise<TcpProxy> {
    const server = createServer({ allowHalfOpen: false })
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(0, '127.0.0.1', resolve)
    })
    return new TcpProxy(server, (server.address() as { port: number }).port, target)
  }

  /** Breaks all connections; undefined as target refuses new ones too. */
  lead(target: number | undefined): void {
    this.#target = target
    this.cut()
  }

  cut(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  async close(): Promise<void> {
    this.cut()
    await new Promise<void>((resolve) => {
      this.#server.close(() => {
        resolve()
      })
    })
  }

  #join(near: Socket): void {
    if (this.#target === undefined) {
      near.destroy()
      return
    }
    const far = connect({ host: '127.0.0.1', port: this.#target })
    near.on('data', (chunk: Buffer) => this.hear?.(chunk, near))
    this.#carry(near, far)
    this.#carry(far, near)
  }

  #carry(from: Socket, to: Socket): void {
    this.#sockets.add(from)
    from.setNoDelay(true)
    let lastDue = 0
    from.on('data', (chunk: Buffer) => {
      const now = performance.now()
      // Chunks keep their order when the latency changes under way.
      lastDue = Math.max(now + this.latencyMs, lastDue)
      if (lastDue <= now) to.write(chunk)
      else setTimeout(() => to.write(chunk), lastDue - now)
    })
    from.on('error', () => undefined)
    from.on('close', () => {
      this.#sockets.delete(from)
      to.destroy()
    })
  }
}
