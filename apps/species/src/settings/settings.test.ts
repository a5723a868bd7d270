import { Fault } from '@species/kernel'
import { describe, expect, it } from 'vitest'
import { readSettings, redacted } from './settings.ts'

const master = 'm'.repeat(32)
const local = { DATABASE_URL: 'postgres://u:p@127.0.0.1/db', SPECIES_MASTER_KEY: master }

/** What is wrong with these settings; empty where nothing is. */
function problems(environment: Record<string, string>): string {
  try {
    readSettings(environment)
    return ''
  } catch (error) {
    if (error instanceof Fault) return error.publicMessage
    throw error
  }
}

describe('the engines', () => {
  it('have names that begin as it was set, Redis without NATS too: two marketplaces on one server share no page', () => {
    expect(readSettings({ REDIS_URL: 'redis://127.0.0.1', SPECIES_NATS_PREFIX: 'second' }).prefix).toBe('second')
  })

  it('take several master keys, with the current one first', () => {
    const keys = readSettings({ SPECIES_MASTER_KEY: `${master}, ${'o'.repeat(32)}` }).masterKeys
    expect(keys?.map((key) => key.reveal())).toEqual([master, 'o'.repeat(32)])
  })

  it.each([
    ['none', {}],
    ['Postgres', local],
    ['Postgres on two hosts', { ...local, DATABASE_URL: 'postgres://u:p@127.0.0.1:5432,127.0.0.1:5433/db' }],
    ['NATS beside the embedded database', { NATS_URL: 'nats://localhost:4222' }],
    ['Redis alone', { REDIS_URL: 'redis://[::1]:6379' }],
    [
      'all, with a cluster and replicas',
      {
        ...local,
        NATS_URL: 'nats://127.0.0.1:1,nats://127.0.0.1:2,nats://127.0.0.1:3',
        REDIS_URL: 'redis://127.0.0.1:6379',
        DATABASE_REPLICA_URLS: 'postgres://u:p@127.0.0.1:5433/db, postgres://u:p@127.0.0.1:5434/db',
      },
    ],
  ])('may be any subset: %s', (_name, environment) => {
    expect(problems(environment)).toBe('')
  })

  it('are what the addresses say', () => {
    const settings = readSettings({ ...local, NATS_URL: 'tls://a:1,tls://b:1', NATS_TLS_CA: 'ca.pem' })
    expect(settings).toMatchObject({ prefix: 'species', nats: { tls: { ca: 'ca.pem' } } })
    expect(settings.nats?.url.reveal()).toBe('tls://a:1,tls://b:1')
    expect(readSettings({}).nats).toBeUndefined()
  })

  it.each([
    ['a protocol of another kind', { NATS_URL: 'http://127.0.0.1:4222' }, 'NATS_URL'],
    ['replicas of nothing', { DATABASE_REPLICA_URLS: 'postgres://127.0.0.1/db' }, 'replicas of what?'],
    [
      'files for TLS and an address without it',
      { NATS_URL: 'nats://127.0.0.1', NATS_TLS_CA: 'x' },
      'begin with tls://',
    ],
    ['a master key that is too short beside one that is not', { SPECIES_MASTER_KEY: `x,${master}` }, 'each key must'],
    ['a master key after a comma that is none', { SPECIES_MASTER_KEY: `${master},` }, 'each key must'],
    ['a database without a master key', { DATABASE_URL: 'postgres://127.0.0.1/db' }, 'SPECIES_MASTER_KEY'],
    [
      'TLS that is only preferred',
      { ...local, DATABASE_URL: 'postgres://u:p@db.example/db?sslmode=prefer' },
      'sslmode',
    ],
    ['a parameter of Redis that would be ignored', { REDIS_URL: 'redis://127.0.0.1/?tls=1' }, 'REDIS_URL'],
    ['a parameter of NATS that would be ignored', { NATS_URL: 'nats://127.0.0.1?tls_first=true' }, 'it has tls_first'],
    ['servers of NATS that know us by other names', { NATS_URL: 'nats://u:p@[::1]:1,nats://u:q@[::1]:2' }, 'NATS_URL'],
    ['servers of NATS with TLS and without', { NATS_URL: 'tls://[::1]:1,nats://[::1]:2' }, 'all addresses are tls://'],
    ['files for TLS to no NATS', { NATS_TLS_CA: 'x' }, 'begin with tls://'],
    ['an authority for no Redis', { REDIS_TLS_CA: 'x' }, 'the authority of what?'],
    [
      'an authority for Redis in plaintext',
      { REDIS_URL: 'redis://127.0.0.1', REDIS_TLS_CA: 'x' },
      'begins with rediss:// alone',
    ],
    [
      'an authority that is not there',
      { REDIS_URL: 'rediss://cache.example', REDIS_TLS_CA: '/nowhere/ca.pem' },
      '/nowhere/ca.pem',
    ],
    [
      'streams whose deliveries could be forged',
      { MORALIS_STREAMS_URL: 'https://streams.example' },
      'MORALIS_WEBHOOK_SECRET: required',
    ],
    ['NOWPayments without its secret', { NOWPAYMENTS_API_KEY: 'x' }, 'could be forged'],
    [
      'NOWPayments beside chains that are played',
      { NOWPAYMENTS_API_KEY: 'x', NOWPAYMENTS_IPN_SECRET: 'y' },
      'proven on real chains',
    ],
    ['a book without its token', { FIREFLY_URL: 'http://127.0.0.1' }, 'a book needs both'],
    ['a book far away in plaintext', { FIREFLY_URL: 'http://book.example', FIREFLY_TOKEN: 'x' }, 'FIREFLY_URL'],
    ['a misspelt name', { SPECIES_NATS_PREFX: 'x' }, 'there is no such setting'],
  ])('are refused with a reason: %s', (_name, environment, reason) => {
    expect(problems(environment as unknown as Record<string, string>)).toContain(reason)
  })
})

describe('plaintext to another machine', () => {
  const far = {
    DATABASE_URL: 'postgres://u:p@db.example/db',
    NATS_URL: 'nats://nats.example:4222',
    REDIS_URL: 'redis://cache.example:6379',
  }

  it.each(Object.entries(far))('is refused for %s', (name, url) => {
    expect(problems({ SPECIES_MASTER_KEY: master, [name]: url })).toContain(`${name}: would speak in plaintext`)
  })

  it.each([
    ['DATABASE_URL', 'postgres://u:p@db.example/db?sslmode=disable'],
    ['DATABASE_URL', 'postgres://u:p@127.0.0.1,db.example/db'],
    ['NATS_URL', 'tls://nats.example:4222,nats://nats.example:4223'],
  ])('is refused where it is only preferred or mixed: %s %s', (name, url) => {
    expect(problems({ SPECIES_MASTER_KEY: master, [name]: url })).toContain('would speak in plaintext')
  })

  const chains = { MORALIS_API_KEY: 'k', TRON_API_KEY: 'k', SPECIES_ALLOW_SANDBOX: '1' }
  it.each([
    ['MORALIS_URL', chains],
    ['TRON_URL', chains],
    ['ONLI_URL', { ...chains, ONLI_APP_KEY: 'k' }],
  ])('is refused for the partner at %s, and to this machine is not', (name, environment) => {
    expect(problems({ ...environment, [name]: 'http://partner.example' })).toContain(
      `${name}: would speak in plaintext`,
    )
    expect(problems({ ...environment, [name]: 'http://127.0.0.1:1' })).toBe('')
  })

  it.each(['127.evil.example', '127.0.0.1.evil.example', '127.0.0.256', 'localhost.evil.example', '128.0.0.1'])(
    'is what an address of %s is: a name may begin with anything',
    (host) => {
      expect(problems({ REDIS_URL: `redis://${host}:6379` })).toContain('REDIS_URL: would speak in plaintext')
    },
  )

  it.each(['127.0.0.1', '127.8.9.10', '[::1]', 'localhost'])('is not what an address of %s is', (host) => {
    expect(problems({ REDIS_URL: `redis://${host}:6379` })).toBe('')
  })

  it.each([
    ['DATABASE_URL', 'postgres://u:p@db.example/db?sslmode=verify-full'],
    ['NATS_URL', 'tls://nats.example:4222'],
    ['REDIS_URL', 'rediss://:password@cache.example:6379'],
  ])('is not what %s=%s is', (name, url) => {
    expect(problems({ SPECIES_MASTER_KEY: master, [name]: url })).toBe('')
  })

  it('is allowed by whoever says that the network between is private', () => {
    expect(problems({ ...far, SPECIES_MASTER_KEY: master, SPECIES_ALLOW_PLAINTEXT: '1' })).toBe('')
  })
})

it('shows no secret', () => {
  const text = JSON.stringify(
    redacted(
      readSettings({ ...local, NATS_URL: 'nats://me:hidden@127.0.0.1', REDIS_URL: 'redis://:hidden@127.0.0.1' }),
    ),
  )
  expect(text).not.toMatch(/hidden|:p@|mmmm/)
})

it.each([
  ['https://Market.Example', 'https://market.example'],
  ['https://market.example/', 'https://market.example'],
  ['https://market.example:443/species//', 'https://market.example/species'],
  ['http://10.0.0.5:8080/species', 'http://10.0.0.5:8080/species'],
])('the public address %s is signed as %s', (given, signed) => {
  expect(readSettings({ SPECIES_PUBLIC_URL: given }).publicUrl).toBe(signed)
})

it.each(['market.example', 'ftp://market.example', 'https://market.example/?x', 'https://market.example/#x'])(
  'a public address is not %s',
  (given) => {
    expect(() => readSettings({ SPECIES_PUBLIC_URL: given })).toThrow()
  },
)

it.each([
  [{}, undefined],
  [{ SPECIES_HOST: '::1' }, undefined],
  [{ SPECIES_HOST: '0.0.0.0' }, 9_464],
  [{ SPECIES_HOST: 'market.internal' }, 9_464],
  [{ SPECIES_HOST: '0.0.0.0', SPECIES_METRICS_PORT: '9000' }, 9_000],
  [{ SPECIES_METRICS_PORT: '9000' }, 9_000],
])('with %j metrics have the port %s of their own', (given, own) => {
  expect(readSettings(given).metricsPort).toBe(own)
})
