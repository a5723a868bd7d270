import { fileURLToPath } from 'node:url'
import { Client, credentials, Metadata, type ServiceError } from '@grpc/grpc-js'
import { loadSync, type MethodDefinition } from '@grpc/proto-loader'
import type { Sandbox } from './options.ts'

const proto = fileURLToPath(new URL('../../contracts/proto/species/onli/v1/onli_cloud.proto', import.meta.url))
const definition = loadSync(proto, { keepCase: true, longs: Number, enums: Number, defaults: true, arrays: true })

export const status = { DONE: 1, AWAITING: 2, REFUSED: 3, CANCELLED: 4, NOT_FOUND: 5 } as const

export interface OperationSeen {
  operation_id: string
  idempotency_key: string
  status: number
  from_vault: string
  to_vault: string
  amount: string
  owner_changed_at: number
  reason: string
  owner_vault: string
}

/** A client of the proto for this package's own tests: it shows what travels on the wire, enums as numbers. */
export class OnliCaller {
  readonly #client: Client

  constructor(sandbox: Pick<Sandbox, 'grpcUrl'>) {
    this.#client = new Client(sandbox.grpcUrl.replace('http://', ''), credentials.createInsecure())
  }

  async operations(method: string, items: object[]): Promise<OperationSeen[]> {
    const answer = (await this.call(method, { app_symbol: 'SPECIES', items })) as { items: OperationSeen[] }
    return answer.items
  }

  async balances(...vaults: string[]): Promise<string[]> {
    const answer = (await this.call('AssetService/GetBalances', { app_symbol: 'SPECIES', vaults })) as {
      items: { amount: string }[]
    }
    return answer.items.map(({ amount }) => amount)
  }

  /** The answer, or a throw that holds the gRPC code. */
  async call(method: string, request: object, appKey = 'key', deadlineMs = 10_000): Promise<unknown> {
    const [service = '', name = ''] = method.split('/')
    const found = (definition[`species.onli.v1.${service}`] as Record<string, MethodDefinition<object, object>>)[name]
    if (found === undefined) throw new Error(`no ${method}`)
    const metadata = new Metadata()
    if (appKey !== '') metadata.set('app_key', appKey)
    return await new Promise((resolve, reject) => {
      const done = (error: ServiceError | null, value?: object): void => {
        if (error === null) resolve(value)
        else reject(error)
      }
      const options = { deadline: Date.now() + deadlineMs }
      this.#client.makeUnaryRequest(
        found.path,
        found.requestSerialize,
        found.responseDeserialize,
        request,
        metadata,
        options,
        done,
      )
    })
  }

  close(): void {
    this.#client.close()
  }
}

export interface Reply {
  status: number
  type: string
  text: string
  body: unknown
}

/** One HTTP call; `body` is undefined when the answer is no JSON. */
export async function http(
  url: string,
  method = 'GET',
  body?: object,
  headers: Record<string, string> = {},
): Promise<Reply> {
  const response = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json', 'x-api-key': 'key', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    parsed = undefined
  }
  return { status: response.status, type: response.headers.get('content-type') ?? '', text, body: parsed }
}

/** An order to the control API. */
export async function order(sandbox: Sandbox, path: string, body?: object, method = 'POST'): Promise<Reply> {
  return await http(`${sandbox.httpUrl}/control${path}`, method, body)
}

/** The order's answer; anything but a success is a throw. */
export async function ordered(sandbox: Sandbox, path: string, body?: object, method = 'POST'): Promise<object> {
  const reply = await order(sandbox, path, body, method)
  if (reply.status >= 300) throw new Error(reply.text)
  return reply.body as object
}
