import { type Socket, connect } from 'node:net'

/**
 * One keep-alive connection that sends requests prepared as bytes, one at a time (RFC 9112). It reads no more of an answer than
 * its status and where it ends, so that the generator takes as little as it can of the processors it shares with what it measures.
 */
export class HttpConnection {
  readonly #socket: Socket
  #received = ''
  #waiting: { resolve: (status: number) => void; reject: (error: Error) => void } | undefined

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.setNoDelay(true)
    socket.setEncoding('latin1')
    socket.on('data', (chunk: string) => {
      this.#received += chunk
      this.#read()
    })
    const lost = (): void => {
      this.#waiting?.reject(new Error('the connection was closed'))
      this.#waiting = undefined
    }
    socket.on('error', lost)
    socket.on('close', lost)
  }

  static open(host: string, port: number): Promise<HttpConnection> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host, port })
      socket.once('error', reject)
      socket.once('connect', () => {
        resolve(new HttpConnection(socket))
      })
    })
  }

  /** Sends a request and answers with the status. Throws where the server has closed the connection, idle or not. */
  send(request: string): Promise<number> {
    return new Promise((resolve, reject) => {
      if (!this.#socket.writable) {
        reject(new Error('the connection was closed'))
        return
      }
      this.#waiting = { resolve, reject }
      this.#socket.write(request)
    })
  }

  close(): void {
    this.#socket.destroy()
  }

  #read(): void {
    const end = this.#received.indexOf('\r\n\r\n')
    if (end < 0) return
    const length = /\r\ncontent-length: (\d+)/i.exec(this.#received.slice(0, end))
    if (!length) {
      // Chunked: it ends with an empty chunk.
      if (!this.#received.endsWith('0\r\n\r\n')) return
    } else if (this.#received.length < end + 4 + Number(length[1])) return
    const status = Number(this.#received.slice(9, 12))
    this.#received = ''
    const waiting = this.#waiting
    this.#waiting = undefined
    waiting?.resolve(status)
  }
}
