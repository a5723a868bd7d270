import { writeFileSync } from 'node:fs'
import { connectNats } from '@species/bus'
import { openRedis } from '@species/cache'
import { openPostgres } from '@species/database'
import { silentLogger } from '@species/platform'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { missingOf } from './binaries.ts'
import { type Certificates, makeCertificates } from './certificates.ts'
import { startNats } from './nats.ts'
import { PostgresEngine } from './postgres.ts'
import { tryProgram } from './program.ts'
import { startRedis } from './redis.ts'
import { TcpProxy } from './tcp-proxy.ts'

const missing = missingOf(['openssl', 'initdb', 'postgres', 'nats-server', 'redis-server'])
const password = 'the-secret-of-this-drill'

interface Way {
  readonly port: number
  readonly password?: string
  readonly host?: string
  /** Undefined: the authorities that Node knows. */
  readonly ca: string | undefined
}

interface Kind {
  /** A server that asks for the password; with certificates it speaks TLS and nothing else. */
  start(certificates: Certificates | undefined): Promise<{ port: number; stop: () => Promise<void> }>
  address(way: Way): string
  /** Asks something with the program's own client. Throws where it is refused. */
  ask(way: Way): Promise<unknown>
}

const postgres: Kind = {
  async start(certificates) {
    const engine = await PostgresEngine.start()
    await engine.sql(async (database) => {
      await database.script(`ALTER USER postgres PASSWORD '${password}'`)
      const [file] = await database.query<{ path: string }>(`SELECT current_setting('hba_file') AS path`)
      const kind = certificates ? 'hostssl' : 'host'
      writeFileSync(file?.path ?? '', `${kind} all all 127.0.0.1/32 scram-sha-256\n`)
      if (certificates)
        for (const [name, value] of [
          ['ssl_cert_file', certificates.cert],
          ['ssl_key_file', certificates.key],
          ['ssl', 'on'],
        ] as const)
          await database.script(`ALTER SYSTEM SET ${name} = '${value}'`)
      await database.script('SELECT pg_reload_conf()')
    })
    return { port: engine.port, stop: () => engine.process.stop() }
  },
  address: ({ port, password: secret = password, host = 'localhost', ca }) =>
    `postgres://postgres:${secret}@${host}:${port}/postgres?sslmode=verify-full${ca === undefined ? '' : `&sslrootcert=${ca}`}`,
  async ask(way) {
    const database = openPostgres(this.address(way), { poolSize: 1 })
    try {
      const [row] = await database.query<{ ssl: boolean }>('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()')
      return row?.ssl
    } finally {
      await database.close()
    }
  },
}

const nats: Kind = {
  async start(certificates) {
    const tls = certificates ? ['--tls', '--tlscert', certificates.cert, '--tlskey', certificates.key] : []
    const [node] = await startNats(1, ['--user', 'species', '--pass', password, ...tls])
    if (!node) throw new Error('no server of NATS')
    return { port: Number(new URL(node.url).port), stop: () => node.process.stop() }
  },
  address: ({ port, password: secret = password, host = 'localhost' }) => `tls://species:${secret}@${host}:${port}`,
  async ask(way) {
    const connection = await connectNats({ url: this.address(way), tls: way.ca === undefined ? {} : { ca: way.ca } })
    try {
      await connection.flush()
      return connection.info?.tls_required
    } finally {
      await connection.close()
    }
  },
}

const redis: Kind = {
  async start(certificates) {
    const engine = await startRedis((port) => [
      ...(certificates ? ['--port', '0', '--tls-port', String(port), '--tls-auth-clients', 'no'] : []),
      ...(certificates ? ['--tls-cert-file', certificates.cert, '--tls-key-file', certificates.key] : []),
      ...(certificates ? ['--tls-ca-cert-file', certificates.ca] : ['--port', String(port)]),
      ...['--requirepass', password],
    ])
    return { port: engine.port, stop: () => engine.process.stop() }
  },
  address: ({ port, password: secret = password, host = 'localhost' }) => `rediss://:${secret}@${host}:${port}`,
  async ask(way) {
    const connection = openRedis(this.address(way), { log: silentLogger, ca: way.ca, timeoutMs: 5_000 })
    const { client } = connection
    try {
      await new Promise((resolve, reject) => {
        client.once('ready', resolve)
        client.once('error', reject)
      })
      return (await connection.ask((one) => one.ping())) === 'PONG'
    } finally {
      await connection.close()
    }
  },
}

/** A server, and what clients send to it, by connection. */
interface Overheard {
  readonly port: number
  readonly sent: Map<unknown, Buffer>
}

async function overhear(target: number, closers: (() => Promise<void>)[]): Promise<Overheard> {
  const proxy = await TcpProxy.start(target)
  closers.push(() => proxy.close())
  const sent: Overheard['sent'] = new Map()
  proxy.hear = (chunk, from) => sent.set(from, Buffer.concat([sent.get(from) ?? Buffer.of(), chunk]))
  return { port: proxy.port, sent }
}

/** What a client of Postgres asks before anything is encrypted: whether the server has TLS, and no word more. */
const tlsQuestion = Buffer.from('0000000804d2162f', 'hex')
/** How each record of TLS begins (RFC 8446 section 5.1); the first of a client is a handshake. */
const handshake = Buffer.from('1603', 'hex')

/** The connections that did not begin with TLS, and what was said there instead. */
function plaintextIn(sent: Overheard['sent']): string[] {
  return [...sent.values()]
    .map((said) => (said.indexOf(tlsQuestion) === 0 ? said.subarray(tlsQuestion.length) : said))
    .filter((said) => said.length > 0 && said.indexOf(handshake) !== 0)
    .map((said) => said.toString('latin1'))
}

describe.skipIf(missing.length > 0)('TLS and passwords [needs Postgres, NATS, Redis and openssl here]', () => {
  const closers: (() => Promise<void>)[] = []
  const servers = new Map<Kind, { encrypted: Overheard; plain: Overheard }>()
  let certificates: Certificates
  let others: Certificates
  const serverOf = (kind: Kind): { encrypted: Overheard; plain: Overheard } => {
    const found = servers.get(kind)
    if (!found) throw new Error('it did not start')
    return found
  }

  beforeAll(async () => {
    certificates = makeCertificates()
    others = makeCertificates()
    for (const kind of [postgres, nats, redis]) {
      const [encrypted, plain] = await Promise.all([kind.start(certificates), kind.start(undefined)])
      closers.push(encrypted.stop, plain.stop)
      servers.set(kind, {
        encrypted: await overhear(encrypted.port, closers),
        plain: await overhear(plain.port, closers),
      })
    }
  }, 120_000)
  afterAll(async () => {
    for (const close of closers.reverse()) await close()
  }, 60_000)

  const noTrust = /self.signed|unable to (?:verify|get)|certificate/i
  describe.each([
    ['Postgres', postgres, { password: /password authentication failed/, withoutTls: /speaks no TLS/ }],
    ['NATS', nats, { password: /authorization/i, withoutTls: /TLS/i }],
    ['Redis', redis, { password: /WRONGPASS|invalid password/i, withoutTls: /ETIMEDOUT|closed/i }],
  ])('%s', (_name, kind, reasons) => {
    it('is reached with its password, under a certificate of the given authority, and nothing is said in plaintext', async () => {
      const { port, sent } = serverOf(kind).encrypted
      expect(await kind.ask({ port, ca: certificates.ca })).toBe(true)
      expect(sent.size).toBeGreaterThan(0)
      expect(plaintextIn(sent)).toEqual([])
    })

    it.each<[string, Partial<Way>, RegExp, () => string | undefined]>([
      ['a wrong password', { password: 'another' }, reasons.password, () => certificates.ca],
      ['no authority', {}, noTrust, () => undefined],
      ['another authority', {}, noTrust, () => others.ca],
      ['a certificate for another name', { host: '127.0.0.1' }, /does not match|altnames/i, () => certificates.ca],
    ])('is refused with %s, and nothing is said in plaintext', async (_what, other, reason, ca) => {
      const { port, sent } = serverOf(kind).encrypted
      await expect(kind.ask({ port, ca: ca(), ...other })).rejects.toThrow(reason)
      expect(plaintextIn(sent)).toEqual([])
    })

    it('is refused where the server has no TLS, and is told nothing', async () => {
      const { port, sent } = serverOf(kind).plain
      await expect(kind.ask({ port, ca: certificates.ca })).rejects.toThrow(reasons.withoutTls)
      expect(plaintextIn(sent)).toEqual([])
    })
  })

  const settings = (): Record<string, string> => {
    const way = (kind: Kind): string => kind.address({ port: serverOf(kind).encrypted.port, ca: certificates.ca })
    return {
      DATABASE_URL: way(postgres),
      NATS_URL: way(nats),
      NATS_TLS_CA: certificates.ca,
      REDIS_URL: way(redis),
      REDIS_TLS_CA: certificates.ca,
    }
  }

  it('the whole program starts on such servers', async () => {
    const { isReady, said } = await tryProgram(settings())
    // On a busy machine it may be given up for a moment; it is there in the end.
    expect(said.lastIndexOf('redis is back')).toBeGreaterThanOrEqual(said.lastIndexOf('redis is unavailable'))
    expect(isReady).toBe(true)
    for (const { encrypted } of servers.values()) expect(plaintextIn(encrypted.sent)).toEqual([])
  }, 60_000)

  it('it does without a Redis that it cannot trust, and does not start without the others; no password is shown', async () => {
    const { REDIS_TLS_CA: _redis, ...noRedis } = settings()
    expect(await tryProgram(noRedis)).toMatchObject({
      isReady: true,
      said: expect.stringContaining('redis is unavailable') as string,
    })
    const { NATS_TLS_CA: _nats, ...noNats } = settings()
    const refused = [
      await tryProgram(noNats),
      await tryProgram({ ...settings(), DATABASE_URL: settings()['DATABASE_URL']?.replace(password, 'other') ?? '' }),
    ]
    expect(refused.map(({ isReady }) => isReady)).toEqual([false, false])
    for (const { said } of refused) expect(said).not.toMatch(new RegExp(`${password}|postgres:other`))
  }, 120_000)
})
