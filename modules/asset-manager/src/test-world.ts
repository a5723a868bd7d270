import {
  type AssetLedger,
  type Intent,
  type MarketplaceConfig,
  type MoveOutcome,
  type MoveRequest,
  type OnliOperation,
  type OperationRef,
  type StateBodies,
  marketplaceConfigSchema,
  stateBodySchemas,
  type ErrorCode,
  forEveryChain,
} from '@species/contracts'
import { notYet, unknown } from '@species/kernel'
import type { Bus, Message, Outgoing } from '@species/bus'
import type { Database } from '@species/database'
import { createMetrics, silentLogger } from '@species/platform'
import { type ManualClock, dossierOf, manualClock, messageOf } from '@species/testing'
import type { AssetManagerDeps } from './app/deps.ts'

const chain = {
  enabled: true,
  depositAddresses: [`0x${'d'.repeat(40)}`],
  confirmations: 12,
  halted: false,
  compromisedAddresses: [],
}

export const consentMs = 30 * 60_000
export const redeemConsentMs = 4 * 60_000
export const unknownMs = 10 * 60_000

export const config: MarketplaceConfig = marketplaceConfigSchema.parse({
  trading: 'on',
  treasuryPrice: '1',
  redeemPrice: '1',
  feeBasisPoints: { buyTreasury: 0, buyMarket: 0, sell: 0, redeem: 0 },
  chains: forEveryChain(() => chain),
  walletTransferMs: 0,
  priceHoldMs: 600_000,
  recheckMultiples: [],
  deadlines: { paymentMs: 1_000, paymentWatchMs: 1_000, consentMs, redeemConsentMs, unknownMs, eventMs: 86_400_000 },
  listing: { defaultLifeMs: 1_000, maxLifeMs: 1_000 },
  vaults: { escrow: 'vault-escrow', liquidityPool: 'vault-pool' },
})

/** What the partner does with the next call: act or not, then answer so or throw. Left out: it acts and says the truth. */
interface Script {
  readonly acts?: boolean
  readonly consent?: 'stalls'
  readonly answer?: MoveOutcome
  readonly throws?: Error
}

interface Operation {
  readonly request: MoveRequest
  readonly operationId: string
  state: 'done' | 'awaiting' | 'cancelled' | 'refused'
}

/** A partner with a memory and a script. `done` are the units that really moved, one entry a move. */
export interface ScriptedLedger extends AssetLedger {
  readonly script: { move: Script[]; verify: Script[]; cancel: Script[] }
  readonly calls: { call: 'move' | 'verify' | 'cancel'; keys: string[] }[]
  readonly done: string[]
  consent(key: string, granted: boolean): void
  /** How often a move was sent for this key. */
  sent(key: string): number
}

export function createScriptedLedger(honoursIdempotencyKeys: boolean): ScriptedLedger {
  const operations: Operation[] = []
  const calls: ScriptedLedger['calls'] = []
  const script: ScriptedLedger['script'] = { move: [], verify: [], cancel: [] }
  const done: string[] = []
  const finish = (operation: Operation): void => {
    operation.state = 'done'
    done.push(operation.request.key)
  }
  const find = (ref: OperationRef): Operation | undefined =>
    operations.find((one) =>
      ref.operationId === undefined ? one.request.key === ref.key : one.operationId === ref.operationId,
    )
  const run = async <Item extends { readonly key: string }>(
    call: keyof typeof script,
    items: readonly Item[],
    act: (item: Item, now: Script) => MoveOutcome,
  ): Promise<MoveOutcome[]> => {
    calls.push({ call, keys: items.map((item) => item.key) })
    const now = script[call].shift() ?? {}
    const truth = items.map((item) => (now.acts === false ? unknown('it did not act') : act(item, now)))
    if (now.throws) throw now.throws
    return now.answer ? items.map(() => now.answer as MoveOutcome) : truth
  }
  return {
    honoursIdempotencyKeys,
    script,
    calls,
    done,
    sent: (key) => calls.filter((one) => one.call === 'move' && one.keys.includes(key)).length,
    consent(key, granted) {
      for (const operation of operations.filter((one) => one.request.key === key && one.state === 'awaiting')) {
        if (granted) finish(operation)
        else operation.state = 'refused'
      }
    },
    move: (requests) =>
      run('move', requests, (request, now) => {
        const known = honoursIdempotencyKeys ? find({ key: request.key }) : undefined
        if (known) return truthOf(known)
        const operation: Operation = { request, operationId: `op-${operations.length + 1}`, state: 'awaiting' }
        operations.push(operation)
        if (now.consent !== 'stalls') finish(operation)
        return truthOf(operation)
      }),
    verify: (refs) => run('verify', refs, (ref) => truthOf(find(ref))),
    cancel: (refs) =>
      run('cancel', refs, (ref) => {
        const operation = find(ref)
        if (operation?.state === 'awaiting') operation.state = 'cancelled'
        return truthOf(operation)
      }),
    balances: async () => [],
    createVaults: async () => [],
  }
}

function truthOf(operation: Operation | undefined): MoveOutcome {
  if (!operation) return notYet('not_found')
  const { operationId, state, request } = operation
  switch (state) {
    case 'done':
      return { kind: 'yes', value: operationOf(request, operationId), operationId }
    case 'awaiting':
      return { kind: 'not_yet', reason: 'awaiting_consent', operationId }
    case 'cancelled':
      return { kind: 'no', refusal: { code: 'consent_expired', detail: 'withdrawn' }, operationId }
    case 'refused':
      return { kind: 'no', refusal: { code: 'consent_refused', detail: 'refused' }, operationId }
  }
}

export function operationOf(request: MoveRequest, operationId: string): OnliOperation {
  const { toVault, units } = request
  return {
    operationId,
    fromVault: request.kind === 'issue' ? 'issue' : request.fromVault,
    toVault,
    units,
    ownerVault: toVault,
  }
}

export interface World {
  readonly deps: AssetManagerDeps
  readonly clock: ManualClock
  readonly onli: ScriptedLedger
  readonly published: Outgoing[]
}

export function createWorld(database: Database, onli = createScriptedLedger(true)): World {
  const clock = manualClock()
  const published: Outgoing[] = []
  const bus: Bus = {
    durable: true,
    publish: async (messages) => {
      published.push(...messages)
    },
    subscribe: () => undefined,
    declare: () => undefined,
    tap: () => () => undefined,
    start: async () => undefined,
    backlog: () => new Map(),
    close: async () => undefined,
  }
  const deps: AssetManagerDeps = {
    database,
    bus,
    clock,
    log: silentLogger,
    metrics: createMetrics(),
    config: { current: async () => ({ version: 1, config }), at: async () => config },
    authenticator: {
      standings: async (onliIds) =>
        new Map(onliIds.map((onliId) => [onliId, { onliId, vaultId: `vault-${onliId}`, status: 'active' as const }])),
    },
    onli,
  }
  return { deps, clock, onli, published }
}

/** The n-th event key: time-ordered, as the real ones. */
export function eventKey(n: number): string {
  return `01940000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`
}

export function fundedBody(n: number, intent: Intent = 'TRANSFER', units = 5n): StateBodies['funded'] {
  const event = { from: 'alice', ...(intent === 'TRANSFER' ? { to: 'bob' } : {}), amount: units.toString() }
  return {
    ...dossierOf(eventKey(n), event),
    intent,
    payment: { source: 'none', claims: [] },
    match: { units, totalMicro: 0n, fills: [] },
    funding: { lines: [], feeMicro: 0n, feePerFillMicro: [], paymentTransferIds: [] },
  }
}

export function funded(n: number, intent?: Intent): Message<'funded'> {
  return messageOf('funded', eventKey(n), fundedBody(n, intent))
}

export function refused(
  n: number,
  code: ErrorCode,
  by: StateBodies['refused']['refusal']['by'] = 'marketplace-api',
): Message<'refused'> {
  return messageOf('refused', eventKey(n), { ...fundedBody(n), refusal: { code, detail: 'why', by } })
}

/** Topics of messages; each body must fit its schema as the bus would ask. */
export function topics(outgoing: readonly Outgoing[]): string[] {
  for (const one of outgoing) {
    const text = JSON.stringify(one.body, (_key, value: unknown) =>
      typeof value === 'bigint' ? value.toString() : value,
    )
    if (one.topic in stateBodySchemas) stateBodySchemas[one.topic as keyof StateBodies].parse(JSON.parse(text))
  }
  return outgoing.map((one) => one.topic)
}
