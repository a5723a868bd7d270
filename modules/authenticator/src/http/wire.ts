import {
  type AccessRefusal,
  type KeyLimits,
  instantSchema,
  intentSchema,
  keyAlgorithmSchema,
  keyLimitsSchema,
  onliIdSchema,
  scopeSchema,
  wireUsdtSchema,
} from '@species/contracts'
import { type Result, assert, formatUsdt, parseUsdt } from '@species/kernel'
import { Problem } from '@species/http'
import { toTimestamp } from '@species/platform'
import { z } from 'zod'
import type { User } from '../adapters/user-store.ts'
import type { NewKey } from '../app/manage-keys.ts'
import { type ApiKey, type KeyRequest, makerOf } from '../domain/api-key.ts'

const digits = z
  .string()
  .regex(/^(0|[1-9]\d{0,15})$/, 'must be a string of digits')
  .describe('whole units of SPECIES')
const usdt = wireUsdtSchema.describe('USDT that an event moves, with its fee')
const time = z.iso.datetime()

const wireLimitsSchema = z.strictObject({
  unitsPerTrade: digits.optional(),
  unitsPerHour: digits.optional(),
  unitsPerDay: digits.optional().describe('in any 24 hours'),
  usdtPerTrade: usdt.optional(),
  usdtPerHour: usdt.optional(),
  usdtPerDay: usdt.optional().describe('in any 24 hours'),
  intents: z.array(intentSchema).max(10).optional(),
  counterparties: z.array(onliIdSchema).max(100).optional(),
  payoutAddresses: z
    .array(z.string().min(20).max(80))
    .max(20)
    .optional()
    .describe('where payouts may go, as `CHAIN address`; for these the key needs no confirmation'),
})

/** With what is not asked for: the agent whose key it is. */
export const shownLimitsSchema = wireLimitsSchema.extend({
  agent: z.string().optional().describe('the agent whose key it is: its mandate bounds it'),
})

/** 32 bytes in base64url are 43 characters, of which the last has four bits. */
export const publicKeySchema = z
  .string()
  .regex(/^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/, 'must be the 32 raw bytes of an Ed25519 public key in base64url')

const schemeSchema = z.enum(['specification', 'rfc9421'])

export const keyRequestSchema = z.strictObject({
  alg: keyAlgorithmSchema,
  publicKey: publicKeySchema.optional().describe('for ed25519: its public half; we never hold the private one'),
  scopes: z.array(scopeSchema).min(1).max(scopeSchema.options.length),
  limits: wireLimitsSchema.optional(),
  schemes: z.array(schemeSchema).min(1).max(2).optional().describe('default: both for hmac, rfc9421 for ed25519'),
  expiresAt: instantSchema.optional(),
})

/** Of the published key pair of RFC 8037, appendix A. */
export const examplePublicKey = '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo'

export const keyRequestExamples: Readonly<Record<string, z.input<typeof keyRequestSchema>>> = {
  hmac: { alg: 'hmac', scopes: ['read', 'trade'], limits: { unitsPerDay: '1000', intents: ['BUY_TREASURY'] } },
  ed25519: { alg: 'ed25519', publicKey: examplePublicKey, scopes: ['read'], expiresAt: '2099-12-31T23:59:59Z' },
}

export const keyViewSchema = z.strictObject({
  keyId: z.string(),
  alg: keyAlgorithmSchema,
  publicKey: z.string().optional(),
  scopes: z.array(scopeSchema),
  limits: shownLimitsSchema.optional(),
  schemes: z.array(schemeSchema),
  createdAt: time,
  expiresAt: time.optional(),
  revokedAt: time.optional(),
  rotatedTo: z.string().optional(),
  createdBy: z
    .string()
    .optional()
    .describe(
      'a key of yours by its id, `operator`, `passkey/` with its id, `wallet/` with its address, or `sandbox-sign-in`; of an operator’s key the people and their keys',
    ),
})
export const newKeySchema = keyViewSchema.extend({
  secret: z.string().optional().describe('for hmac: told once, here'),
  inherited: z
    .array(z.enum(['limits', 'schemes', 'expiresAt']))
    .optional()
    .describe('what you left open and the key has from the one that asked: it can do no more, and lives no longer'),
})

export const profileTraySchema = z.strictObject({
  displayName: z.string().min(1).max(80).optional(),
  language: z
    .string()
    .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/, 'must be a language tag such as "en-GB"')
    .optional(),
  timeZone: z
    .string()
    .regex(/^[A-Za-z0-9_+/-]{1,64}$/, 'must be a time zone name such as "Europe/Berlin"')
    .optional(),
})

export const userViewSchema = z.strictObject({
  onliId: z.string(),
  marketplaceUserId: z.uuid(),
  vaultId: z.string().optional(),
  status: z.enum(['active', 'suspended', 'frozen']),
  profileTray: profileTraySchema,
  createdAt: time,
  updatedAt: time,
  lastSync: time.optional(),
})

export const onliIdParams = z.strictObject({ onliId: onliIdSchema })
export const keyIdParams = z.strictObject({ keyId: z.string().min(1).max(100) })

export function keyRequestFrom(body: z.infer<typeof keyRequestSchema>): KeyRequest {
  return {
    alg: body.alg,
    publicKey: body.publicKey,
    scopes: [...new Set(body.scopes)],
    limits: body.limits && limitsFrom(body.limits),
    schemes: body.schemes && [...new Set(body.schemes)],
    expiresAtMs: body.expiresAt === undefined ? undefined : Date.parse(body.expiresAt),
  }
}

/** Fields that are undefined are left out of the JSON. */
export function keyView(key: ApiKey): object {
  return {
    keyId: key.keyId,
    alg: key.alg,
    publicKey: key.publicKey,
    scopes: key.scopes,
    limits: limitsView(key.limits),
    schemes: key.schemes,
    createdAt: toTimestamp(key.createdAtMs),
    expiresAt: timeView(key.expiresAtMs),
    revokedAt: timeView(key.revokedAtMs),
    rotatedTo: key.rotatedTo,
    createdBy: makerOf(key),
  }
}

export function newKeyView({ key, secret, inherited }: NewKey): object {
  return { ...keyView(key), secret, inherited: inherited.length === 0 ? undefined : inherited }
}

export function userView(user: User): object {
  return {
    onliId: user.onliId,
    marketplaceUserId: user.marketplaceUserId,
    vaultId: user.vaultId,
    status: user.status,
    profileTray: user.profileTray,
    createdAt: toTimestamp(user.createdAtMs),
    updatedAt: toTimestamp(user.updatedAtMs),
    lastSync: timeView(user.lastSyncMs),
  }
}

/** The value, or the refusal as a problem document. */
export function valueOf<T>(result: Result<T, AccessRefusal>): T {
  if (!result.ok) throw new Problem(result.refusal.code, result.refusal.detail)
  return result.value
}

/** Answers that hold a secret are not kept on the way. */
export const notStored = { 'cache-control': 'no-store' }

function timeView(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : toTimestamp(ms)
}

function limitsFrom(wire: z.infer<typeof wireLimitsSchema>): KeyLimits {
  const micro = usdtLimits.map((name) => [name, wire[name] && microOf(wire[name])])
  return keyLimitsSchema.parse({ ...wire, ...Object.fromEntries(micro) })
}

const usdtLimits = ['usdtPerTrade', 'usdtPerHour', 'usdtPerDay'] as const

function microOf(text: string): string {
  const amount = parseUsdt(text)
  assert(amount.ok, 'the schema has refused what is no amount')
  return amount.value.toString()
}

/** The limits as they were asked for. */
export function limitsView(limits: KeyLimits | undefined): object | undefined {
  if (limits === undefined) return undefined
  const amounts = usdtLimits.map((name) => [name, limits[name] === undefined ? undefined : formatUsdt(limits[name])])
  return { ...limits, ...(Object.fromEntries(amounts) as Record<string, string | undefined>) }
}
