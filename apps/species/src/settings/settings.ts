import { isIPv4 } from 'node:net'
import { Fault } from '@species/kernel'
import { natsAddresses } from '@species/bus'
import { redisOptions } from '@species/cache'
import { parsePostgresAddress } from '@species/database'
import { Secret } from '@species/platform'
import { z } from 'zod'

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

/** The same address for each host that it names. */
function eachHost(address: string): string[] {
  const [, before = '', hosts = '', after = ''] = /^([a-z]+:\/\/(?:[^@/]*@)?)([^/?]*)(.*)$/.exec(address) ?? []
  return hosts.split(',').map((host) => `${before}${host}${after}`)
}

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

/** Where metrics are when others can reach the process: who may trade need not see them, and a firewall tells ports apart. */
const defaultMetricsPort = 9_464

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
  TRON_URL: url('https:', 'http:').default('https://api.trongrid.io'),
  TRON_API_KEY: secret.optional(),
  ONLI_URL: url('https:', 'http:').optional(),
  ONLI_APP_KEY: secret.optional(),
  ONLI_TLS_CA: z.string().optional(),
  ONLI_TLS_CERT: z.string().optional(),
  ONLI_TLS_KEY: z.string().optional(),
  ONLI_HONOURS_IDEMPOTENCY_KEYS: z.enum(['0', '1']).default('1'),
  SANDBOX_PORT: port.default(8090),
})

/** Names that belong to parts which are not built yet: setting one must not be mistaken for having the part. */
const notYet = [
  'MORALIS_WEBHOOK_SECRET',
  'NOWPAYMENTS_URL',
  'NOWPAYMENTS_API_KEY',
  'NOWPAYMENTS_IPN_SECRET',
  'FIREFLY_URL',
  'FIREFLY_TOKEN',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
] as const

interface Partner {
  readonly url: string
  readonly apiKey: Secret | undefined
}

export interface Settings {
  readonly port: number
  readonly host: string
  /** Undefined: metrics are on the port of everything else. */
  readonly metricsPort: number | undefined
  readonly publicUrl: string | undefined
  readonly dataDirectory: string
  readonly logLevel: string
  readonly masterKeys: readonly [Secret, ...Secret[]] | undefined
  readonly database:
    | { readonly kind: 'embedded' }
    | { readonly kind: 'postgres'; readonly url: Secret; readonly replicas: readonly Secret[] }
  /** Begins every name that we use in NATS and in Redis: two marketplaces on the same servers need two. */
  readonly prefix: string
  /** Undefined: messages stay in this process. */
  readonly nats:
    | {
        readonly url: Secret
        readonly tls: { ca?: string; cert?: string; key?: string } | undefined
      }
    | undefined
  /** Undefined: caches and rate limits are this process's own. */
  readonly redis: { readonly url: Secret; readonly ca: string | undefined } | undefined
  /** A sandbox that runs as a process of its own; undefined: where one is needed, it runs in this process. */
  readonly sandboxUrl: string | undefined
  /** Each partner: the real one, or undefined for the sandbox. */
  readonly moralis: Partner | undefined
  readonly tron: Partner | undefined
  readonly onli:
    | {
        readonly url: string
        readonly appKey: Secret
        readonly tls: { ca: string; cert: string; key: string } | undefined
      }
    | undefined
  /** Whether Onli Cloud, real or the sandbox's, knows a repeated request by its key. Where not, nothing is sent twice. */
  readonly onliHonoursKeys: boolean
  readonly sandboxPort: number
}

/** Reads and checks the environment. Throws one Fault that lists every problem. */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const problems: string[] = []
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  )
  const known = new Set<string>([...Object.keys(environmentSchema.shape), ...notYet])
  for (const name of Object.keys(given)) {
    if (name.startsWith('SPECIES_') && !known.has(name)) problems.push(`${name}: there is no such setting`)
  }
  for (const name of notYet)
    if (given[name] !== undefined) problems.push(`${name}: this version has no part that uses it; unset it`)
  const parsed = environmentSchema.safeParse(given)
  if (!parsed.success)
    for (const issue of parsed.error.issues) problems.push(`${issue.path.join('.')}: ${issue.message}`)
  else problems.push(...contradictions(parsed.data))
  if (!parsed.success || problems.length > 0) throw invalid(problems)
  return toSettings(parsed.data)
}

type Environment = z.output<typeof environmentSchema>

/** Settings that are each valid but contradict each other. */
function contradictions(env: Environment): string[] {
  const problems: string[] = []
  const real = {
    'Onli Cloud': env.ONLI_URL !== undefined,
    Moralis: env.MORALIS_API_KEY !== undefined,
    TRON: env.TRON_API_KEY !== undefined,
  }
  if (real['Onli Cloud'] && !(real.Moralis && real.TRON)) {
    problems.push(
      'ONLI_URL: the real Onli Cloud with a sandboxed payment path would give units for payments that anyone can mint; set MORALIS_API_KEY and TRON_API_KEY',
    )
  }
  const count = Object.values(real).filter(Boolean).length
  if (count > 0 && count < 3 && env.SPECIES_ALLOW_SANDBOX !== '1') {
    const names = Object.entries(real)
      .filter(([, isReal]) => !isReal)
      .map(([name]) => name)
    problems.push(
      `SPECIES_ALLOW_SANDBOX: ${names.join(' and ')} would be the sandbox beside real partners; set it to 1 if that is meant`,
    )
  }
  if (env.DATABASE_URL !== undefined && env.SPECIES_MASTER_KEY === undefined)
    problems.push('SPECIES_MASTER_KEY: required with DATABASE_URL; make one with `openssl rand -hex 32`')
  if (env.DATABASE_REPLICA_URLS !== undefined && env.DATABASE_URL === undefined)
    problems.push('DATABASE_REPLICA_URLS: replicas of what? Set DATABASE_URL, or unset it')
  problems.push(...natsProblems(env), ...redisProblems(env))
  if (env.SPECIES_SANDBOX_URL !== undefined && count === 3)
    problems.push('SPECIES_SANDBOX_URL: every partner is a real one; unset it')
  if (env.SPECIES_ALLOW_PLAINTEXT !== '1') problems.push(...inPlaintext(env))
  if (env.ONLI_URL !== undefined && env.ONLI_APP_KEY === undefined)
    problems.push('ONLI_APP_KEY: required with ONLI_URL')
  const tls = [env.ONLI_TLS_CA, env.ONLI_TLS_CERT, env.ONLI_TLS_KEY].filter((file) => file !== undefined).length
  if (env.ONLI_URL?.startsWith('https:') === true && tls !== 3)
    problems.push(
      'ONLI_TLS_CA, ONLI_TLS_CERT, ONLI_TLS_KEY: files for mutual TLS, all three are required with ONLI_URL',
    )
  return problems
}

/** Money and secrets leave the machine encrypted, or because somebody said that the network between is private. */
function inPlaintext(env: Environment): string[] {
  const servers = {
    DATABASE_URL: env.DATABASE_URL === undefined ? [] : eachHost(env.DATABASE_URL),
    DATABASE_REPLICA_URLS: env.DATABASE_REPLICA_URLS ?? [],
    NATS_URL: natsServers(env),
    REDIS_URL: env.REDIS_URL === undefined ? [] : [env.REDIS_URL],
    MORALIS_URL: env.MORALIS_API_KEY === undefined ? [] : [env.MORALIS_URL],
    TRON_URL: env.TRON_API_KEY === undefined ? [] : [env.TRON_URL],
    ONLI_URL: env.ONLI_URL === undefined ? [] : [env.ONLI_URL],
  }
  return Object.entries(servers)
    .filter(([, addresses]) => addresses.some((address) => isPlain(address) && !isLoopback(address)))
    .map(
      ([name]) =>
        `${name}: would speak in plaintext to another machine; use TLS (sslmode=verify-full, tls://, rediss://, https://), or set SPECIES_ALLOW_PLAINTEXT=1 if the network between is private`,
    )
}

function isPlain(address: string): boolean {
  const { protocol, searchParams } = new URL(address)
  if (protocol === 'postgres:' || protocol === 'postgresql:')
    return !['require', 'verify-ca', 'verify-full'].includes(searchParams.get('sslmode') ?? '')
  return protocol === 'nats:' || protocol === 'redis:' || protocol === 'http:'
}

function isLoopback(address: string): boolean {
  return isLoopbackHost(new URL(address).hostname.replace(/^\[(.*)\]$/, '$1'))
}

function isLoopbackHost(host: string): boolean {
  // Anybody may own a name that begins with 127.
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'))
}

function natsServers({ NATS_URL: url }: Environment): string[] {
  return url === undefined ? [] : natsAddresses(url).map((address) => address.href)
}

function natsProblems(env: Environment): string[] {
  const servers = natsServers(env)
  const encrypted = servers.filter((one) => one.startsWith('tls:')).length
  const problems: string[] = []
  if (encrypted > 0 && encrypted < servers.length) problems.push('NATS_URL: all addresses are tls://, or none is')
  if (natsTls(env) !== undefined && encrypted === 0)
    problems.push('NATS_TLS_CA, NATS_TLS_CERT, NATS_TLS_KEY: for addresses that begin with tls:// alone')
  return problems
}

function redisProblems({ REDIS_URL: address, REDIS_TLS_CA: ca }: Environment): string[] {
  if (ca === undefined) return []
  if (address === undefined) return ['REDIS_TLS_CA: the authority of what? Set REDIS_URL, or unset it']
  try {
    redisOptions(address, ca)
    return []
  } catch (error) {
    return [`REDIS_TLS_CA: ${error instanceof Error ? error.message : String(error)}`]
  }
}

function natsTls(env: Environment): { ca?: string; cert?: string; key?: string } | undefined {
  const { NATS_TLS_CA: ca, NATS_TLS_CERT: cert, NATS_TLS_KEY: key } = env
  if (ca === undefined && cert === undefined && key === undefined) return undefined
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  }
}

function toSettings(env: Environment): Settings {
  const [first, ...rest] = env.SPECIES_MASTER_KEY ?? []
  return {
    port: env.PORT,
    host: env.SPECIES_HOST,
    metricsPort: env.SPECIES_METRICS_PORT ?? (isLoopbackHost(env.SPECIES_HOST) ? undefined : defaultMetricsPort),
    publicUrl: env.SPECIES_PUBLIC_URL,
    dataDirectory: env.SPECIES_DATA_DIR,
    logLevel: env.SPECIES_LOG_LEVEL,
    masterKeys: first && [first, ...rest],
    database:
      env.DATABASE_URL === undefined
        ? { kind: 'embedded' }
        : {
            kind: 'postgres',
            url: new Secret(env.DATABASE_URL),
            replicas: (env.DATABASE_REPLICA_URLS ?? []).map((one) => new Secret(one)),
          },
    prefix: env.SPECIES_NATS_PREFIX,
    nats: env.NATS_URL === undefined ? undefined : { url: new Secret(env.NATS_URL), tls: natsTls(env) },
    redis: env.REDIS_URL === undefined ? undefined : { url: new Secret(env.REDIS_URL), ca: env.REDIS_TLS_CA },
    sandboxUrl: env.SPECIES_SANDBOX_URL,
    moralis: env.MORALIS_API_KEY && { url: env.MORALIS_URL, apiKey: env.MORALIS_API_KEY },
    tron: env.TRON_API_KEY && { url: env.TRON_URL, apiKey: env.TRON_API_KEY },
    onli:
      env.ONLI_URL === undefined || env.ONLI_APP_KEY === undefined
        ? undefined
        : {
            url: env.ONLI_URL,
            appKey: env.ONLI_APP_KEY,
            tls:
              env.ONLI_TLS_CA !== undefined && env.ONLI_TLS_CERT !== undefined && env.ONLI_TLS_KEY !== undefined
                ? { ca: env.ONLI_TLS_CA, cert: env.ONLI_TLS_CERT, key: env.ONLI_TLS_KEY }
                : undefined,
          },
    onliHonoursKeys: env.ONLI_HONOURS_IDEMPOTENCY_KEYS === '1',
    sandboxPort: env.SANDBOX_PORT,
  }
}

function invalid(problems: readonly string[]): Fault {
  return new Fault('invalid_settings', {
    retryable: false,
    publicMessage: `The settings are not right:\n${problems.map((problem) => `  ${problem}`).join('\n')}`,
  })
}

/** The settings as they may be shown: secrets do not print. */
export function redacted(settings: Settings): Record<string, unknown> {
  return JSON.parse(
    JSON.stringify({
      ...settings,
      masterKeys: settings.masterKeys ? '[secret]' : 'made and kept in the data directory',
    }),
  ) as Record<string, unknown>
}
