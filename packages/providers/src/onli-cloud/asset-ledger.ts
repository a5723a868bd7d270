import { type Client, Code, ConnectError, createClient } from '@connectrpc/connect'
import { type AssetLedger, type MoveOutcome, type MoveRequest, type OperationRef, onliProto } from '@species/contracts'
import { type Outcome, unknown, yes } from '@species/kernel'
import type { Clock, Metrics } from '@species/platform'
import { type Observers, observed, watched } from '../observed.ts'
import { type Guard, createGuard, wasNotMade } from '../resilience.ts'
import { outcomeOf } from './outcome.ts'
import { type TransportOptions, openTransport } from './transport.ts'

export interface OnliCloudOptions extends TransportOptions, Observers {
  readonly honoursIdempotencyKeys: boolean
  readonly timeoutMs: number
  readonly clock: Clock
}

const appSymbol = 'SPECIES'
const maxItems = 500

/** Onli Cloud over gRPC, by the marketplace's own proto (see its text for what each call means). */
export function createOnliCloud(options: OnliCloudOptions): AssetLedger {
  const transport = openTransport(options)
  const issue = createClient(onliProto.IssueService, transport)
  const asset = createClient(onliProto.AssetService, transport)
  const oracle = createClient(onliProto.OracleService, transport)
  // Moves are sent once; what only asks may be tried again.
  const common = { timeoutMs: options.timeoutMs, atOnce: 20, isIll }
  const once = createGuard({ ...common, tries: 1, ...watched(options, 'onli_moves') })
  const asking = createGuard({ ...common, tries: 2, ...watched(options, 'onli_questions') })
  const operations = (
    call: string,
    guard: Guard,
    items: readonly OperationRef[],
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
      inParts(vaults, async (from, to) => {
        const items = vaults.slice(from, to)
        return await vaultCall(
          options.metrics,
          'CreateVaults',
          items.map((one) => one.vault),
          async () => (await asking((signal) => asset.createVaults({ items }, { signal }))).items,
          (made) => (made.exists ? yes(true as const) : unknown('Onli Cloud did not make the vault')),
        )
      }),
  }
}

/** gRPC's words for what HTTP says with 5xx and 429, and for a connection that was refused or lost. */
const illCodes: ReadonlySet<Code> = new Set([
  Code.Unavailable,
  Code.DeadlineExceeded,
  Code.ResourceExhausted,
  Code.Internal,
  Code.Unknown,
  Code.DataLoss,
  Code.Aborted,
])

/** An answer over our own limit has the code of a partner that has had enough, and is an answer to this call. */
function isIll(error: unknown): boolean {
  return error instanceof ConnectError && illCodes.has(error.code) && !error.rawMessage.includes('readMaxBytes')
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
  items: readonly (MoveRequest | OperationRef)[],
  run: () => Promise<onliProto.Operation[]>,
): Promise<MoveOutcome[]> {
  const { answers, notAsked } = await observed(metrics, 'onli', call, async () => {
    try {
      return { kind: 'yes', answers: await run(), notAsked: false }
    } catch (error) {
      return { kind: 'unknown', answers: describe(error), notAsked: wasNotMade(error) }
    }
  })
  if (typeof answers === 'string')
    return items.map(() => ({ ...unknown(answers), ...(notAsked ? { notAsked: true } : {}) }))
  if (answers.length !== items.length)
    return items.map(() => unknown('Onli Cloud answered for another number of items'))
  return items.map((item, index) => outcomeOf(item, answers[index]))
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
