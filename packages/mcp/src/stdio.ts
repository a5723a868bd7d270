import { serveStdio } from '@modelcontextprotocol/server/stdio'
import { createServer } from './server.ts'
import type { McpOptions } from './tool-deps.ts'

/** Serves one host over standard input and output, until the host ends it. */
export function serveOverStdio(options: McpOptions): { close(): Promise<void> } {
  return serveStdio(() => createServer(options))
}
