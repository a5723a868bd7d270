import { fileURLToPath } from 'node:url'
import { Server, ServerCredentials, status as codes } from '@grpc/grpc-js'
import type { handleUnaryCall, ServerUnaryCall, ServiceDefinition, UntypedServiceImplementation } from '@grpc/grpc-js'
import { load } from '@grpc/proto-loader'
import type { FaultBoard } from '../faults/board.ts'
import type { Fault } from '../faults/fault.ts'
import { grpcCodeName } from '../faults/fault.ts'
import { sufferFaults } from '../faults/suffer.ts'
import type { World } from '../state/world.ts'
import type { OnliDesk } from './desk.ts'
import { lieAboutBalances, lieAboutOperations } from './lies.ts'
import type {
  BalancesRequest,
  ChangeOwnerRequest,
  CreateVaultsRequest,
  IssueRequest,
  OperationsRequest,
  OperationsResponse,
  VaultsResponse,
} from './wire.ts'
import { issueWish, moveWish, operationName, wireOperation } from './wire.ts'

const maxItems = 1000
const maxMessageBytes = 10 * 1024 * 1024
const defaultProtoPath = fileURLToPath(
  new URL('../../../contracts/proto/species/onli/v1/onli_cloud.proto', import.meta.url),
)

export interface OnliServerDeps {
  readonly world: World
  readonly desk: OnliDesk
  readonly board: FaultBoard
  readonly closing: AbortSignal
  /** The contract as text; the only thing that the sandbox shares with its clients. */
  readonly protoPath: string | undefined
  /** Undefined = any key that is not empty. */
  readonly appKey: string | undefined
  readonly log: (line: string, fields?: object) => void
}

export interface OnliServer {
  readonly port: number
  readonly close: () => void
}

/** Serves the three Onli Cloud services as plaintext gRPC. */
export async function startOnliServer(deps: OnliServerDeps, host: string, port: number): Promise<OnliServer> {
  const definition = await load(deps.protoPath ?? defaultProtoPath, {
    keepCase: true,
    longs: String,
    enums: String,
    defaults: true,
    arrays: true,
  })
  const server = new Server({
    'grpc.max_receive_message_length': maxMessageBytes,
    'grpc.max_send_message_length': maxMessageBytes,
  })
  for (const [service, methods] of Object.entries(implementations(deps))) {
    const found = definition[`species.onli.v1.${service}`]
    if (found === undefined) throw new Error(`the proto has no ${service}`)
    server.addService(found as ServiceDefinition, methods)
  }
  const address = `${host.includes(':') ? `[${host}]` : host}:${String(port)}`
  const bound = await new Promise<number>((resolve, reject) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (error, boundPort) => {
      if (error === null) resolve(boundPort)
      // The library has one error for every reason; of a port on loopback it is this one.
      else reject(Object.assign(new Error(`listen ${address}: ${error.message}`), { code: 'EADDRINUSE' }))
    })
  })
  return {
    port: bound,
    close: (): void => {
      server.forceShutdown()
    },
  }
}

function implementations(deps: OnliServerDeps): Record<string, UntypedServiceImplementation> {
  const { desk, world } = deps
  const operations = <Q extends { items: readonly unknown[] }>(
    name: string,
    run: (request: Q) => OperationsResponse,
  ): handleUnaryCall<Q, OperationsResponse> =>
    unary(deps, name, (request) => request.items.length, run, lieAboutOperations)
  return {
    IssueService: {
      Issue: operations<IssueRequest>('Issue', (request) => {
        checkSymbol(request.app_symbol)
        return { items: desk.operate(request.items.map(issueWish)).map(wireOperation) }
      }),
    },
    AssetService: {
      ChangeOwner: operations<ChangeOwnerRequest>('ChangeOwner', (request) => {
        checkSymbol(request.app_symbol)
        return { items: desk.operate(request.items.map(moveWish)).map(wireOperation) }
      }),
      CancelOperations: operations<OperationsRequest>('CancelOperations', (request) => ({
        items: desk.cancel(request.items.map(operationName)).map(wireOperation),
      })),
      GetBalances: unary<BalancesRequest, VaultsResponse>(
        deps,
        'GetBalances',
        (request) => request.vaults.length,
        (request) => {
          checkSymbol(request.app_symbol)
          return { items: request.vaults.map((vault) => balance(world, vault)) }
        },
        lieAboutBalances,
      ),
      CreateVaults: unary<CreateVaultsRequest, VaultsResponse>(
        deps,
        'CreateVaults',
        (request) => request.items.length,
        (request) => {
          if (request.items.some((item) => item.vault === ''))
            throw new CallError(codes.INVALID_ARGUMENT, 'a vault needs a name')
          desk.createVaults(
            request.items.map(({ vault, owner, pre_authorised: preAuthorised }) => ({ vault, owner, preAuthorised })),
          )
          return { items: request.items.map(({ vault }) => balance(world, vault)) }
        },
        (_how, answer) => answer,
      ),
    },
    OracleService: {
      VerifyOperations: operations<OperationsRequest>('VerifyOperations', (request) => ({
        items: desk.verify(request.items.map(operationName)).map(wireOperation),
      })),
    },
  }
}

/** A call that ends without an answer of its own. */
class CallError extends Error {
  readonly code: codes

  constructor(code: codes, message: string) {
    super(message)
    this.code = code
  }
}

function unary<Q, A>(
  deps: OnliServerDeps,
  operation: string,
  countItems: (request: Q) => number,
  run: (request: Q) => A,
  lie: (how: string, answer: A) => A,
): handleUnaryCall<Q, A> {
  const answer = (call: ServerUnaryCall<Q, A>): A | Promise<A> => {
    checkKey(deps, call)
    if (countItems(call.request) > maxItems)
      throw new CallError(codes.INVALID_ARGUMENT, `at most ${String(maxItems)} items`)
    const faults = deps.board.take('onli', operation)
    const effect = (): A => run(call.request)
    if (faults.length === 0) return effect() // the fast path: no turn of the event loop
    return sufferFaults(faults, { effect, duplicate: effect, lie, fail }, deps.closing)
  }
  return (call, callback) => {
    const refuse = (error: unknown): void => {
      if (error instanceof CallError) {
        callback({ code: error.code, details: error.message })
        return
      }
      if (!deps.closing.aborted) deps.log('sandbox: onli call failed', { operation, error: String(error) })
      callback({ code: codes.INTERNAL, details: String(error) })
    }
    try {
      const given = answer(call)
      if (given instanceof Promise)
        given.then((value) => {
          callback(null, value)
        }, refuse)
      else callback(null, given)
    } catch (error) {
      refuse(error)
    }
  }
}

function fail(fault: Fault & { kind: 'error' | 'down' }): never {
  if (fault.kind === 'down') throw new CallError(codes.UNAVAILABLE, 'simulated: down')
  const name = fault.status === undefined ? undefined : grpcCodeName(fault.status)
  throw new CallError(codes[name ?? 'INTERNAL'], 'simulated: error')
}

function checkKey(deps: OnliServerDeps, call: ServerUnaryCall<unknown, unknown>): void {
  const [key] = call.metadata.get('app_key')
  const accepted = deps.appKey === undefined ? key !== undefined && key.length > 0 : key === deps.appKey
  if (!accepted) throw new CallError(codes.UNAUTHENTICATED, 'the metadata app_key is missing or wrong')
}

function checkSymbol(symbol: string): void {
  if (symbol !== 'SPECIES') throw new CallError(codes.INVALID_ARGUMENT, `unknown app_symbol: ${symbol}`)
}

function balance(world: World, name: string): VaultsResponse['items'][number] {
  const vault = world.onli.vault(name)
  return { vault: name, exists: vault !== undefined, amount: (vault?.amount ?? 0n).toString() }
}
