export { type McpHttp, createMcpHttp } from './http.ts'
export { createServer } from './server.ts'
export type { McpOptions } from './tool-deps.ts'
