import { timingSafeEqual } from 'node:crypto'
import { listenHttp } from '@species/http'
import { Fault } from '@species/kernel'
import { createMcpHttp, createServer } from '@species/mcp'
import { serveOverStdio } from '@species/mcp/stdio'
import { type Client, createClient, createSigner } from '@species/sdk'
import type { CommandCall } from './command-call.ts'
import type { CommandRow } from './command-row.ts'
import { wrongUse } from './wrong-use.ts'

const details = `Speaks the Model Context Protocol on standard input and output: a host such as an editor or an assistant starts it.
It acts for one user. Its key is one of three:
  --as <onliId>                     the key of that user in the data directory
  MARKETPLACE_URL, MARKETPLACE_KEY_ID and MARKETPLACE_PRIVATE_KEY     an Ed25519 key, for a marketplace anywhere
  MARKETPLACE_URL, MARKETPLACE_KEY_ID and MARKETPLACE_SECRET          an HMAC key
Give an agent a key of its own with limits: see docs/mcp.md.`

/** `mcp`: the marketplace as tools for a program that a person trusts to act for them. */
export const mcpRows: readonly CommandRow[] = [
  {
    name: 'mcp',
    summary: 'serve the marketplace as tools for an AI agent (Model Context Protocol)',
    details,
    keepsRunning: true,
    options: [
      ['--as <onliId>', 'sign with the key of this user in the data directory'],
      ['--http <port>', 'serve on this port of the loopback address instead; needs MARKETPLACE_MCP_TOKEN'],
    ],
    async run(call: CommandCall): Promise<void> {
      const { environment } = call.terminal
      const client = clientOf(environment)
      const name = call.options.text('as')
      if (client) {
        await serve(call, client)
        return
      }
      if (name === undefined)
        throw wrongUse('Say for whom it acts: --as <onliId>, or MARKETPLACE_KEY_ID and a key in the environment.')
      await call.over(name, async (connection) => {
        await serve(call, connection.client)
      })
    },
  },
]

/** The client of the key in the environment; undefined where it names none. Throws for half of one. */
function clientOf(environment: CommandCall['terminal']['environment']): Client | undefined {
  const { MARKETPLACE_KEY_ID: keyId, MARKETPLACE_PRIVATE_KEY: privateKey, MARKETPLACE_SECRET: secret } = environment
  if (keyId === undefined) return undefined
  const baseUrl = environment['MARKETPLACE_URL'] ?? 'http://localhost:8080'
  if (privateKey !== undefined)
    return createClient({ baseUrl, signer: createSigner({ alg: 'ed25519', keyId, privateKey }) })
  if (secret !== undefined) return createClient({ baseUrl, signer: createSigner({ alg: 'hmac', keyId, secret }) })
  throw wrongUse('MARKETPLACE_KEY_ID needs MARKETPLACE_PRIVATE_KEY or MARKETPLACE_SECRET.')
}

async function serve(call: CommandCall, client: Client): Promise<void> {
  const port = call.options.text('http')
  if (port !== undefined) {
    await serveHttp(call, client, Number(port))
    return
  }
  // The host ends the connection by closing standard input.
  const hostLeft = new Promise((resolve) => process.stdin.once('end', resolve).once('close', resolve))
  const served = serveOverStdio({ client })
  await Promise.race([hostLeft, call.terminal.untilStopped()])
  await served.close()
}

/** On loopback and for the holder of a token alone: any program and any web page on this machine can reach the port. */
async function serveHttp(call: CommandCall, client: Client, port: number): Promise<void> {
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw wrongUse('--http is a port.')
  const token = call.terminal.environment['MARKETPLACE_MCP_TOKEN']
  if (token === undefined || token.length < 32) {
    const publicMessage =
      'Set MARKETPLACE_MCP_TOKEN to a random text of at least 32 characters, such as `openssl rand -hex 32` prints. Hosts send it as a bearer token.'
    throw new Fault('invalid_settings', { retryable: false, publicMessage })
  }
  const mcp = createMcpHttp({
    hostnames: ['localhost', '127.0.0.1', '[::1]'],
    serverFor: (request) => (isBearer(request, token) ? createServer({ client }) : unauthorized()),
  })
  const server = await listenHttp({
    port,
    host: '127.0.0.1',
    fetch: (request) =>
      new URL(request.url).pathname === '/mcp' ? mcp.fetch(request) : new Response('Not found', { status: 404 }),
  })
  call.terminal.err(`MCP on http://127.0.0.1:${server.port}/mcp\n`)
  await call.terminal.untilStopped()
  await server.close()
  await mcp.close()
}

function isBearer(request: Request, token: string): boolean {
  const given = Buffer.from(request.headers.get('authorization') ?? '')
  const wanted = Buffer.from(`Bearer ${token}`)
  return given.byteLength === wanted.byteLength && timingSafeEqual(given, wanted)
}

function unauthorized(): Response {
  return new Response('Send the token of this server.', { status: 401, headers: { 'www-authenticate': 'Bearer' } })
}
