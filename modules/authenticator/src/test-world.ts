import { randomBytes } from 'node:crypto'
import {
  type Announcement,
  type AssetLedger,
  type MarketplaceConfig,
  type PayoutHalt,
  type SignedRequest,
  scopeSchema,
} from '@species/contracts'
import { ok, yes } from '@species/kernel'
import { type Bus, createDeadLetters, createInProcessBus } from '@species/bus'
import type { Database, Sql } from '@species/database'
import { createHttpApp, createMemoryRateLimiter, endpoint, json } from '@species/http'
import { type Clock, Secret, createMetrics, createSealer, silentLogger, systemIds } from '@species/platform'
import { retentionOf } from '@species/testing'
import { z } from 'zod'
import {
  type AccessVerifier,
  createAuditLog,
  createConfirm,
  createConfirmOperator,
  createRequestVerifier,
  createSecondPerson,
  relyingPartyOf,
} from './index.ts'
import { type AuthenticatorDeps, announceChange } from './app/deps.ts'
import { addKey, type createKey } from './app/manage-keys.ts'
import { type KeyRequest, grantKey } from './domain/api-key.ts'
import { createAuthenticator } from './module.ts'

/** Who asks where a test asks as an operator. */
export const byOperator = { onliId: 'operator', keyId: 'key_operator', operatorId: 'setup' }

export const origin = 'http://market.test'

/** Where pages are, for browsers. */
export const publicUrl = 'https://market.test'

/** The authenticator behind the way in that every program has, for this module's own tests. */
export interface World {
  readonly app: { fetch(request: Request): Response | Promise<Response> }
  readonly verifier: AccessVerifier
  readonly bus: Bus
  readonly deps: AuthenticatorDeps
  /** Halts of all money out. */
  readonly halts: PayoutHalt[]
  /** Vaults that Onli Cloud was asked for. */
  readonly vaults: string[]
  /** What users' webhooks were told. */
  readonly announced: Announcement[]
  /** The partner's next answers, before it says yes again. */
  readonly vaultAnswers: Awaited<ReturnType<AssetLedger['createVaults']>>[number][]
}

const marketVaults = { escrow: 'vault-market-escrow', liquidityPool: 'vault-pool' }
const config = {
  current: async () => ({
    version: 1,
    config: {
      vaults: marketVaults,
      walletTransferMs: 172_800_000,
      freezes: { mostPerDay: 20 },
    } as unknown as MarketplaceConfig,
  }),
}

export function createWorld(
  database: Database,
  clock: Clock,
  { twoPeople = false, sandboxSignIn = true, takesSecondKeys = true } = {},
): World {
  const metrics = createMetrics()
  const deadLetters = createDeadLetters(database, clock)
  const bus = createInProcessBus({ log: silentLogger, deadLetters, maxAttempts: 3, ids: systemIds, metrics })
  const sealer = createSealer([new Secret('a master key for tests')], systemIds)
  const verifier = createRequestVerifier({ database, bus, clock, sealer, metrics })
  const vaults: string[] = []
  const announced: Announcement[] = []
  const halts: PayoutHalt[] = []
  const vaultAnswers: World['vaultAnswers'] = []
  const assetLedger: AuthenticatorDeps['assetLedger'] = {
    createVaults: async (asked) => {
      vaults.push(...asked.map(({ vault }) => vault))
      return asked.map(() => vaultAnswers.shift() ?? yes(true as const))
    },
  }
  const secondPerson = createSecondPerson({ database, clock, ids: systemIds, log: silentLogger, twoPeople })
  const relyingParty = () => relyingPartyOf(publicUrl, 0)
  const confirm = createConfirm({ clock, sealer, sandboxChains: ['ETH'], takesSecondKeys, relyingParty })
  const deps = {
    database,
    bus,
    clock,
    retention: retentionOf(clock),
    ids: systemIds,
    log: silentLogger,
    metrics,
    sealer,
    assetLedger,
    config,
    verifier,
    sandboxSignIn,
    secondPerson,
    announce: async (_tx: Sql, announcement: Announcement) => void announced.push(announcement),
    use: () => ({ agentUse: async () => ({ usdtMicro: unused, units: unused }) }),
    haltPayouts: async (_tx: unknown, halt: PayoutHalt) => halts.push(halt) > 0,
    confirm,
    relyingParty,
  }
  const limiter = createMemoryRateLimiter({ points: 1e9, perSeconds: 1 })
  const endpoints = [...createAuthenticator(deps).endpoints, eventSink]
  const app = createHttpApp({
    endpoints,
    verifier,
    limiter,
    audit: createAuditLog(database, clock),
    confirmOperator: createConfirmOperator(database, confirm),
    log: silentLogger,
    metrics,
  })
  return {
    app: { fetch: (request) => app.fetch(request) },
    verifier,
    bus,
    deps,
    halts,
    vaults,
    announced,
    vaultAnswers,
  }
}

/** Gives a user a key, as two operators may. */
export async function giveKey(
  deps: AuthenticatorDeps,
  { onliId, request, trace }: { onliId: string; request: KeyRequest; trace: string },
): ReturnType<typeof createKey> {
  const grant = grantKey(undefined, request, deps.clock.now())
  if (!grant.ok) return grant
  const given = { onliId, grant: grant.value, madeBy: 'operator:setup/key_operator', nowMs: deps.clock.now() }
  const made = await deps.database.transaction((tx) => addKey(deps, tx, given))
  await announceChange(deps, onliId, trace)
  return ok(made)
}

const unused = { perHour: 0n, perDay: 0n, perMonth: 0n }

/** Stands where the marketplace takes events: it says who signed. */
const eventSink = endpoint(
  {
    method: 'post',
    path: '/marketplace/v1/events',
    operationId: 'tellWhoSigned',
    tag: 'Events',
    summary: 'Tell who signed',
    description: 'Takes any body.',
    access: 'trade',
    specificationScheme: true,
    body: { schema: z.looseObject({}), examples: {} },
    problems: [],
    responses: { 202: { description: 'Who', schema: z.looseObject({ scopes: z.array(scopeSchema) }) } },
  },
  ({ principal, resend }) => json(202, { onliId: principal.onliId, resend }),
)

/** A request as the verifier gets it. */
export function requestOf(
  method: string,
  path: string,
  headers: Record<string, string>,
  body: string | undefined,
  allowSpecificationScheme = false,
): SignedRequest {
  return {
    method,
    url: origin + path,
    headers: new Headers(headers),
    body: Buffer.from(body ?? ''),
    allowSpecificationScheme,
  }
}

export function freshNonce(): string {
  return randomBytes(16).toString('hex')
}
