import { type Client, type Interceptor, type Transport, createClient } from '@connectrpc/connect'
import { createGrpcTransport } from '@connectrpc/connect-node'
import {
  type AssetLedger,
  type MoveOutcome,
  type MoveRequest,
  type OnliOperation,
  type OperationRef,
  onliProto,
} from '@species/contracts'
import { Fault, type Outcome, unknown, yes } from '@species/kernel'
import type { Clock, Metrics, Secret } from '@species/runtime'
import { observed } from '../observed.ts'
import { type Guard, createGuard } from '../resilience.ts'

export interface OnliCloudOptions {
  readonly url: string
  readonly appKey: Secret
  /** Mutual TLS, PEM; required unless the address is loopback. */
  readonly tls?: { readonly ca: string; readonly cert: string; readonly key: string }
  readonly honoursIdempotencyKeys: boolean
  readonly timeoutMs: number
  readonly clock: Clock
  readonly metrics?: Metrics
}

const appSymbol = 'SPECIES'
const maxItems = 500
const { OperationStatus } = onliProto

/** Onli Cloud over gRPC, by the marketplace's own proto (see its text for what each call means). */
export function createOnliCloud(options: OnliCloudOptions): AssetLedger {
  const transport = openTransport(options)
  const issue = createClient(onliProto.IssueService, transport)
  const asset = createClient(onliProto.AssetService, transport)
  const oracle = createClient(onliProto.OracleService, transport)
  // Moves are sent once; what only asks may be tried again.
  const once = createGuard({ timeoutMs: options.timeoutMs, atOnce: 20, tries: 1 })
  const asking = createGuard({ timeoutMs: options.timeoutMs, atOnce: 20, tries: 2 })
  const operations = (
    call: string,
    guard: Guard,
    items: readonly { key: string }[],
    run: (signal: AbortSignal, from: number, to: number) => Promise<{ items: onliProto.Operation[] }>,
  ): Promise<MoveOutcome[]> =>
    inParts(items, (from, to) =>
      batch(
        options.metrics,
        call,
        items.slice(from, to),
        async () => (await guard((signal) => run(signal, from, to))).items,
      ),
    )
  const refs = (from: readonly OperationRef[]): { operationId: string; idempotencyKey: string }[] =>
    from.map((ref) => ({ operationId: ref.operationId ?? '', idempotencyKey: ref.key }))

  return {
    honoursIdempotencyKeys: options.honoursIdempotencyKeys,
    move: (requests) => move(requests, { issue, asset, once, metrics: options.metrics }),
    cancel: (list) =>
      operations('CancelOperations', asking, list, (signal, from, to) =>
        asset.cancelOperations({ items: refs(list.slice(from, to)) }, { signal }),
      ),
    verify: (list) =>
      operations('VerifyOperations', asking, list, (signal, from, to) =>
        oracle.verifyOperations({ items: refs(list.slice(from, to)) }, { signal }),
      ),
    balances: (vaults) =>
      inParts(vaults, async (from, to) => {
        const part = vaults.slice(from, to)
        return await vaultCall(
          options.metrics,
          'GetBalances',
          part,
          async () => (await asking((signal) => asset.getBalances({ appSymbol, vaults: part }, { signal }))).items,
          (found) =>
            found.exists && /^\d{1,19}$/.test(found.amount)
              ? yes(BigInt(found.amount))
              : unknown('Onli Cloud knows no such vault'),
        )
      }),
    createVaults: (vaults) =>
      vaultCall(
        options.metrics,
        'CreateVaults',
        vaults.map((one) => one.vault),
        async () => (await asking((signal) => asset.createVaults({ items: [...vaults] }, { signal }))).items,
        (made) => (made.exists ? yes(true as const) : unknown('Onli Cloud did not make the vault')),
      ),
  }
}

/** Issues and changes of owner go in a batch each; the answers come back in the order of the requests. */
async function move(
  requests: readonly MoveRequest[],
  via: {
    issue: Client<typeof onliProto.IssueService>
    asset: Client<typeof onliProto.AssetService>
    once: Guard
    metrics: Metrics | undefined
  },
): Promise<MoveOutcome[]> {
  const issues = requests.filter((request) => request.kind === 'issue')
  const changes = requests.filter((request) => request.kind === 'change_owner')
  const [issued, changed] = await Promise.all([
    inParts(issues, (from, to) => {
      const part = issues.slice(from, to)
      const items = part.map((one) => ({
        idempotencyKey: one.key,
        toVault: one.toVault,
        amount: one.units.toString(),
        whichDevice: 'cloud',
      }))
      return batch(
        via.metrics,
        'Issue',
        part,
        async () => (await via.once((signal) => via.issue.issue({ appSymbol, items }, { signal }))).items,
      )
    }),
    inParts(changes, (from, to) => {
      const part = changes.slice(from, to)
      const items = part.map((one) => ({
        idempotencyKey: one.key,
        fromVault: one.fromVault,
        toVault: one.toVault,
        amount: one.units.toString(),
        consentExpiresAt: BigInt(Math.floor(one.consentUntilMs / 1_000)),
      }))
      return batch(
        via.metrics,
        'ChangeOwner',
        part,
        async () => (await via.once((signal) => via.asset.changeOwner({ appSymbol, items }, { signal }))).items,
      )
    }),
  ])
  const byKey = new Map([
    ...issues.map((one, index) => [one.key, issued[index]] as const),
    ...changes.map((one, index) => [one.key, changed[index]] as const),
  ])
  return requests.map((request) => byKey.get(request.key) ?? unknown('Onli Cloud left the item out'))
}

async function inParts<Answer>(
  items: readonly unknown[],
  run: (from: number, to: number) => Promise<Answer[]>,
): Promise<Answer[]> {
  const answers: Answer[] = []
  for (let from = 0; from < items.length; from += maxItems)
    answers.push(...(await run(from, Math.min(from + maxItems, items.length))))
  return answers
}

/** One call for many items: a call that fails is unknown for each of them, and so is an answer that does not fit its item. */
async function batch(
  metrics: Metrics | undefined,
  call: string,
  items: readonly { readonly key: string }[],
  run: () => Promise<onliProto.Operation[]>,
): Promise<MoveOutcome[]> {
  const { answers } = await observed(metrics, 'onli', call, async () => {
    try {
      return { kind: 'yes', answers: await run() }
    } catch (error) {
      return { kind: 'unknown', answers: describe(error) }
    }
  })
  if (typeof answers === 'string') return items.map(() => unknown(answers))
  if (answers.length !== items.length)
    return items.map(() => unknown('Onli Cloud answered for another number of items'))
  return items.map((item, index) => outcomeOf(item.key, answers[index]))
}

function outcomeOf(key: string, operation: onliProto.Operation | undefined): MoveOutcome {
  if (!operation) return unknown('Onli Cloud left the item out')
  if (operation.idempotencyKey !== key) return unknown('Onli Cloud answered for another item')
  const named = operation.operationId === '' ? {} : { operationId: operation.operationId }
  switch (operation.status) {
    case OperationStatus.DONE:
      return doneOperation(operation)
    case OperationStatus.AWAITING_CONSENT:
      return { kind: 'not_yet', reason: 'awaiting_consent', ...named }
    case OperationStatus.REFUSED:
      return {
        kind: 'no',
        refusal: {
          code:
            operation.reason === 'consent_refused'
              ? 'consent_refused'
              : operation.reason === 'consent_expired'
                ? 'consent_expired'
                : 'delivery_refused',
          detail: words(operation.reason),
        },
        ...named,
      }
    case OperationStatus.CANCELLED:
      return {
        kind: 'no',
        refusal: { code: 'consent_expired', detail: words(operation.reason === '' ? 'withdrawn' : operation.reason) },
        ...named,
      }
    case OperationStatus.NOT_FOUND:
      return { kind: 'not_yet', reason: 'not_found' }
    case OperationStatus.UNSPECIFIED:
    default:
      // Unspecified, or a number that the proto does not know.
      return unknown('Onli Cloud gave no status that we know')
  }
}

function doneOperation(operation: onliProto.Operation): MoveOutcome {
  const { operationId, fromVault, toVault, amount, ownerVault } = operation
  if (operationId === '' || !/^\d{1,19}$/.test(amount))
    return unknown('Onli Cloud’s answer has no operation or no amount')
  const value: OnliOperation = { operationId, fromVault, toVault, units: BigInt(amount), ownerVault }
  return { ...yes(value), operationId }
}

const reasons: Readonly<Record<string, string>> = {
  insufficient_units: 'The vault has too few units at Onli Cloud.',
  unknown_vault: 'Onli Cloud knows no such vault.',
  consent_refused: 'The owner refused the move.',
  consent_expired: 'The owner did not approve the move in time.',
  withdrawn: 'The move was withdrawn before it happened.',
}
function words(reason: string): string {
  return reasons[reason] ?? 'Onli Cloud refused the move.'
}

async function vaultCall<T>(
  metrics: Metrics | undefined,
  call: string,
  vaults: readonly string[],
  run: () => Promise<onliProto.VaultBalance[]>,
  read: (found: onliProto.VaultBalance) => Outcome<T>,
): Promise<Outcome<T>[]> {
  const { answers } = await observed(metrics, 'onli', call, async () => {
    try {
      return { kind: 'yes', answers: await run() }
    } catch (error) {
      return { kind: 'unknown', answers: describe(error) }
    }
  })
  if (typeof answers === 'string') return vaults.map(() => unknown(answers))
  return vaults.map((vault, index) => {
    const found = answers[index]
    return found?.vault === vault ? read(found) : unknown('Onli Cloud answered for another vault')
  })
}

function describe(error: unknown): string {
  return `Onli Cloud: ${error instanceof Error ? error.message : 'no answer'}`
}

function openTransport({ url, appKey, tls }: OnliCloudOptions): Transport {
  const { protocol, hostname } = new URL(url)
  const loopback = hostname === 'localhost' || hostname === '[::1]' || /^127\./.test(hostname)
  if (protocol !== 'https:' && !loopback) {
    throw new Fault('insecure_partner', {
      retryable: false,
      publicMessage: `Onli Cloud at ${hostname} would be called without TLS. Give an https address; plaintext is for loopback only.`,
    })
  }
  if (protocol === 'https:' && tls === undefined && !loopback) {
    throw new Fault('insecure_partner', {
      retryable: false,
      publicMessage: 'Onli Cloud wants mutual TLS: give ONLI_TLS_CA, ONLI_TLS_CERT and ONLI_TLS_KEY.',
    })
  }
  const withKey: Interceptor = (next) => async (request) => {
    request.header.set('app_key', appKey.reveal())
    return await next(request)
  }
  return createGrpcTransport({
    baseUrl: url,
    interceptors: [withKey],
    readMaxBytes: 10 * 1024 * 1024,
    pingIntervalMs: 30_000,
    pingTimeoutMs: 10_000,
    ...(tls ? { nodeOptions: { ...tls } } : {}),
  })
}
