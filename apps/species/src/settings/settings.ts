import type { ProxyHeader } from '@species/http'
import { Fault } from '@species/kernel'
import { Secret } from '@species/platform'
import { contradictions } from './contradictions.ts'
import { type Environment, environmentSchema, isLoopbackHost, natsTls, notYet } from './environment.ts'

interface Partner {
  readonly url: string
  readonly apiKey: Secret | undefined
  /** Requests that this process makes in any second, at most. */
  readonly perSecond: number
}

export interface Settings {
  readonly port: number
  readonly host: string
  /** Undefined: metrics are on the port of everything else. */
  readonly metricsPort: number | undefined
  readonly publicUrl: string | undefined
  readonly dataDirectory: string
  /** Proxies in front, and where they name their client. */
  readonly proxies: { readonly networks: readonly string[]; readonly header: ProxyHeader }
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
  /** Undefined: deliveries of Moralis Streams are not taken. */
  readonly moralisWebhookSecret: Secret | undefined
  /** Undefined: the usual address, or the sandbox’s. */
  readonly moralisStreamsUrl: string | undefined
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
  /** The operator's book; undefined: none is kept. */
  readonly firefly: { readonly url: string; readonly token: Secret } | undefined
  /** Where traces go; undefined: none are made. `ratio`: the share of traces that is sent, 0 to 1. */
  readonly tracing: { readonly url: string; readonly headers: Secret | undefined; readonly ratio: number } | undefined
  readonly sandboxPort: number
  /** Whether what takes two operators takes two people. */
  readonly twoPeople: boolean
  /** Whether webhooks may be servers on this machine. */
  readonly webhooksLoopback: boolean
  /** Whether this process serves the pages; undefined: as its command does. */
  readonly pages: boolean | undefined
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

/** Where metrics are when others can reach the process: who may trade need not see them, and a firewall tells ports apart. */
const defaultMetricsPort = 9_464

function toSettings(env: Environment): Settings {
  const [first, ...rest] = env.SPECIES_MASTER_KEY ?? []
  return {
    port: env.PORT,
    host: env.SPECIES_HOST,
    metricsPort: env.SPECIES_METRICS_PORT ?? (isLoopbackHost(env.SPECIES_HOST) ? undefined : defaultMetricsPort),
    publicUrl: env.SPECIES_PUBLIC_URL,
    proxies: { networks: env.SPECIES_TRUSTED_PROXIES ?? [], header: env.SPECIES_PROXY_HEADER },
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
    moralis: env.MORALIS_API_KEY && {
      url: env.MORALIS_URL,
      apiKey: env.MORALIS_API_KEY,
      perSecond: env.MORALIS_REQUESTS_PER_SECOND,
    },
    moralisWebhookSecret: env.MORALIS_WEBHOOK_SECRET,
    moralisStreamsUrl: env.MORALIS_STREAMS_URL,
    tron: env.TRON_API_KEY && {
      url: env.TRON_URL,
      apiKey: env.TRON_API_KEY,
      perSecond: env.TRON_REQUESTS_PER_SECOND,
    },
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
    firefly:
      env.FIREFLY_URL === undefined || env.FIREFLY_TOKEN === undefined
        ? undefined
        : { url: env.FIREFLY_URL, token: env.FIREFLY_TOKEN },
    tracing:
      env.OTEL_EXPORTER_OTLP_ENDPOINT === undefined
        ? undefined
        : {
            url: env.OTEL_EXPORTER_OTLP_ENDPOINT,
            headers: env.OTEL_EXPORTER_OTLP_HEADERS,
            ratio: env.OTEL_TRACES_SAMPLER_ARG,
          },
    sandboxPort: env.SANDBOX_PORT,
    twoPeople: env.SPECIES_TWO_PEOPLE === undefined ? hasRealPartner(env) : env.SPECIES_TWO_PEOPLE === '1',
    webhooksLoopback: env.SPECIES_WEBHOOKS_LOOPBACK === '1',
    pages: env.SPECIES_PAGES && env.SPECIES_PAGES === '1',
  }
}

/** Where every partner is the sandbox one person can work alone. */
function hasRealPartner(env: Environment): boolean {
  return env.MORALIS_API_KEY !== undefined || env.TRON_API_KEY !== undefined || env.ONLI_URL !== undefined
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
