import {
  McpServer,
  createMcpHandler,
  hostHeaderValidationResponse,
  originValidationResponse,
} from '@modelcontextprotocol/server'

export interface McpHttp {
  fetch(request: Request): Promise<Response>
  close(): Promise<void>
}

/** A call with all that a tool takes is far smaller. */
const maxRequestBodySize = 1024 * 1024

/**
 * Streamable HTTP without a session: every request has a server of its own, which `serverFor` makes once it knows the caller, or
 * answers the request itself. Requests for other hosts, and of web pages of others, are refused before that (DNS rebinding).
 */
export function createMcpHttp({
  serverFor,
  hostnames,
}: {
  readonly serverFor: (request: Request) => McpServer | Response
  /** Names by which this server is called, without port; pages of these may call it too. */
  readonly hostnames: readonly string[]
}): McpHttp {
  const handler = createMcpHandler(
    ({ authInfo }) => {
      const server = authInfo?.extra?.['server']
      if (!(server instanceof McpServer)) throw new Error('a request comes with the server that was made for it')
      return server
    },
    { maxRequestBodySize },
  )
  return {
    fetch: async (request) => {
      const refused =
        hostHeaderValidationResponse(request, [...hostnames]) ?? originValidationResponse(request, [...hostnames])
      if (refused) return refused
      const server = serverFor(request)
      if (server instanceof Response) return server
      // The caller is known to `serverFor` already: nothing but the server is told here.
      return await handler.fetch(request, { authInfo: { token: '', clientId: '', scopes: [], extra: { server } } })
    },
    close: async () => {
      await handler.close()
    },
  }
}
