// The pages' own process: serves what was built on a loopback port of its own, tells its parent which, and ends with it.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import next from 'next'

process.on('disconnect', () => process.exit(0))
// The parent decides when this ends: Ctrl-C reaches both.
process.on('SIGINT', () => undefined)

const app = next({ dev: false, dir: import.meta.dirname, hostname: '127.0.0.1', port: 0 })
await app.prepare()
const handle = app.getRequestHandler()
const server = createServer((incoming, outgoing) => {
  void handle(incoming, outgoing)
})
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => {
  process.send?.({ port: (server.address() as AddressInfo).port })
})
