export { type McpHttp, createMcpHttp } from './http.ts'
export { type McpOptions, createServer } from './server.ts'
