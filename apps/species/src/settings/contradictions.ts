import { natsAddresses } from '@species/bus'
import { redisOptions } from '@species/cache'
import { type Environment, isLoopbackHost, natsTls } from './environment.ts'

/** Settings that are each valid but contradict each other. */
export function contradictions(env: Environment): string[] {
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
  if (env.SPECIES_WEBHOOKS_LOOPBACK === '1' && count === 3)
    problems.push('SPECIES_WEBHOOKS_LOOPBACK: users could reach what listens on this machine; only for the sandbox')
  if (env.SPECIES_ALLOW_PLAINTEXT !== '1') problems.push(...inPlaintext(env))
  if (env.MORALIS_STREAMS_URL !== undefined && env.MORALIS_WEBHOOK_SECRET === undefined)
    problems.push('MORALIS_WEBHOOK_SECRET: required with MORALIS_STREAMS_URL, or deliveries could be forged')
  problems.push(...nowPaymentsProblems(env))
  if (env.ONLI_URL !== undefined && env.ONLI_APP_KEY === undefined)
    problems.push('ONLI_APP_KEY: required with ONLI_URL')
  if ((env.FIREFLY_URL === undefined) !== (env.FIREFLY_TOKEN === undefined))
    problems.push('FIREFLY_URL, FIREFLY_TOKEN: a book needs both; set both or none')
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
    MORALIS_STREAMS_URL: env.MORALIS_STREAMS_URL === undefined ? [] : [env.MORALIS_STREAMS_URL],
    NOWPAYMENTS_URL: env.NOWPAYMENTS_API_KEY === undefined ? [] : [env.NOWPAYMENTS_URL],
    TRON_URL: env.TRON_API_KEY === undefined ? [] : [env.TRON_URL],
    ONLI_URL: env.ONLI_URL === undefined ? [] : [env.ONLI_URL],
    FIREFLY_URL: env.FIREFLY_URL === undefined ? [] : [env.FIREFLY_URL],
    OTEL_EXPORTER_OTLP_ENDPOINT: env.OTEL_EXPORTER_OTLP_ENDPOINT === undefined ? [] : [env.OTEL_EXPORTER_OTLP_ENDPOINT],
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

function nowPaymentsProblems(env: Environment): string[] {
  const { NOWPAYMENTS_API_KEY: key, NOWPAYMENTS_IPN_SECRET: secret } = env
  if ((key === undefined) !== (secret === undefined))
    return [
      'NOWPAYMENTS_API_KEY, NOWPAYMENTS_IPN_SECRET: set both or none; without the secret notifications could be forged',
    ]
  if (key !== undefined && (env.MORALIS_API_KEY === undefined || env.TRON_API_KEY === undefined))
    return ['NOWPAYMENTS_API_KEY: its payments are proven on real chains; set MORALIS_API_KEY and TRON_API_KEY']
  return []
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

/** The same address for each host that it names. */
function eachHost(address: string): string[] {
  const [, before = '', hosts = '', after = ''] = /^([a-z]+:\/\/(?:[^@/]*@)?)([^/?]*)(.*)$/.exec(address) ?? []
  return hosts.split(',').map((host) => `${before}${host}${after}`)
}
