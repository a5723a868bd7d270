import { isIPv4 } from 'node:net'
import { natsAddresses } from '@species/bus'
import { redisOptions } from '@species/cache'
import { clientAddressBehind, proxyHeaders } from '@species/http'
import { parsePostgresAddress } from '@species/database'
import { Secret } from '@species/platform'
import { z } from 'zod'

const perSecond = z.coerce.number().int().min(1).max(10_000)
const port = z.coerce.number().int().min(0).max(65_535)
const url = (...protocols: string[]): z.ZodType<string, string> =>
  z
    .string()
    .refine(
      (text) => URL.canParse(text) && protocols.includes(new URL(text).protocol),
      `must be an address that begins with ${protocols.join(' or ')}//`,
    )
/** Accepts what this reader accepts; its refusal names the parameter, and shows no password. */
const readBy = (read: (address: string) => unknown): z.ZodType<string, string> =>
  z.string().superRefine((address, context) => {
    try {
      read(address)
    } catch (error) {
      context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) })
    }
  })

/** One primary, or several hosts of which one is: `postgres://user:pass@a:5432,b:5432/db` (libpq, section 34.1.1.3). */
const postgresUrl = readBy(parsePostgresAddress)

/** Several of them, separated by commas. */
const listOf = (one: z.ZodType<string, string>): z.ZodType<string[], string> =>
  z
    .string()
    .transform((text) => text.split(',').map((part) => part.trim()))
    .pipe(z.array(one).min(1).max(16))
const secret = z
  .string()
  .min(1)
  .transform((text) => new Secret(text))

/** What clients call, and sign: it may have a path, which the proxy in front takes away. A slash at its end means nothing. */
const publicUrl = url('http:', 'https:')
  .refine((text) => URL.canParse(text) && new URL(text).search + new URL(text).hash === '', 'must end with its path')
  .transform((text) => new URL(text).href.replace(/\/+$/, ''))

/** Everything a process takes from its environment. Read once, here, and nowhere else. */
export const environmentSchema = z.object({
  PORT: port.default(8080),
  SPECIES_HOST: z.string().min(1).default('127.0.0.1'),
  SPECIES_METRICS_PORT: port.optional(),
  SPECIES_DATA_DIR: z.string().min(1).default('.species'),
  SPECIES_MASTER_KEY: z
    .string()
    .transform((text) => text.split(',').map((key) => key.trim()))
    // Each of them: what one of them seals is worth what that one is.
    .refine(
      (keys) => keys.every((key) => key.length >= 32),
      'each key must have at least 32 characters; several are separated by commas, the current one first',
    )
    .transform((keys) => keys.map((key) => new Secret(key)))
    .optional(),
  SPECIES_PUBLIC_URL: publicUrl.optional(),
  SPECIES_TRUSTED_PROXIES: listOf(readBy((network) => clientAddressBehind([network]))).optional(),
  SPECIES_PROXY_HEADER: z.enum(proxyHeaders).default('x-forwarded-for'),
  SPECIES_ALLOW_SANDBOX: z.enum(['0', '1']).default('0'),
  SPECIES_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  DATABASE_URL: postgresUrl.optional(),
  DATABASE_REPLICA_URLS: listOf(postgresUrl).optional(),
  NATS_URL: readBy(natsAddresses).optional(),
  NATS_TLS_CA: z.string().optional(),
  NATS_TLS_CERT: z.string().optional(),
  NATS_TLS_KEY: z.string().optional(),
  SPECIES_NATS_PREFIX: z
    .string()
    .regex(/^[a-z0-9]{1,32}$/, 'must be 1 to 32 of a-z 0-9')
    .default('species'),
  REDIS_URL: readBy((address) => redisOptions(address)).optional(),
  REDIS_TLS_CA: z.string().optional(),
  SPECIES_ALLOW_PLAINTEXT: z.enum(['0', '1']).default('0'),
  SPECIES_SANDBOX_URL: url('http:').optional(),
  MORALIS_URL: url('https:', 'http:').default('https://deep-index.moralis.io'),
  MORALIS_API_KEY: secret.optional(),
  MORALIS_REQUESTS_PER_SECOND: perSecond.default(40),
  MORALIS_WEBHOOK_SECRET: secret.optional(),
  MORALIS_STREAMS_URL: url('https:', 'http:').optional(),
  TRON_URL: url('https:', 'http:').default('https://api.trongrid.io'),
  TRON_API_KEY: secret.optional(),
  TRON_REQUESTS_PER_SECOND: perSecond.default(10),
  ONLI_URL: url('https:', 'http:').optional(),
  ONLI_APP_KEY: secret.optional(),
  ONLI_TLS_CA: z.string().optional(),
  ONLI_TLS_CERT: z.string().optional(),
  ONLI_TLS_KEY: z.string().optional(),
  ONLI_HONOURS_IDEMPOTENCY_KEYS: z.enum(['0', '1']).default('1'),
  FIREFLY_URL: url('https:', 'http:').optional(),
  FIREFLY_TOKEN: secret.optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: url('https:', 'http:').optional(),
  OTEL_EXPORTER_OTLP_HEADERS: secret.optional(),
  OTEL_TRACES_SAMPLER_ARG: z.coerce.number().min(0).max(1).default(1),
  SANDBOX_PORT: port.default(8090),
  SPECIES_TWO_PEOPLE: z.enum(['0', '1']).optional(),
  SPECIES_WEBHOOKS_LOOPBACK: z.enum(['0', '1']).default('0'),
  SPECIES_PAGES: z.enum(['0', '1']).optional(),
})

/** Names that belong to parts which are not built yet: setting one must not be mistaken for having the part. */
export const notYet = ['NOWPAYMENTS_URL', 'NOWPAYMENTS_API_KEY', 'NOWPAYMENTS_IPN_SECRET'] as const

export type Environment = z.output<typeof environmentSchema>

/** Whether only this machine can reach what listens there. */
export function isLoopbackHost(host: string): boolean {
  // Anybody may own a name that begins with 127.
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'))
}

/** The files with which NATS is encrypted; undefined where none is named. */
export function natsTls(env: Environment): { ca?: string; cert?: string; key?: string } | undefined {
  const { NATS_TLS_CA: ca, NATS_TLS_CERT: cert, NATS_TLS_KEY: key } = env
  if (ca === undefined && cert === undefined && key === undefined) return undefined
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  }
}
