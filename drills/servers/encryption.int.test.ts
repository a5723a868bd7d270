import { once } from 'node:events'
import {
  type EncryptedServer,
  encryptedBefore,
  postgresAnswers,
  postgresUrl,
  redisAnswers,
  redisUrl,
  testAuthorityFile,
} from '@species/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isTransient } from '@species/platform'
import { openRedis } from '@species/cache'
import { parsePostgresAddress } from '@species/database'
import { openPostgres } from '@species/database'
import { silentLogger } from '@species/platform'

const ca = testAuthorityFile()
const { hosts } = parsePostgresAddress(postgresUrl)

describe.skipIf(!postgresAnswers)('TLS to Postgres [needs Postgres]', () => {
  let server: EncryptedServer
  beforeAll(async () => {
    server = await encryptedBefore(hosts[0] ?? { host: '127.0.0.1', port: 5432 }, { length: 8, answer: 'S' })
  })
  afterAll(() => {
    server.close()
  })
  const ask = async (host: string, parameters: string): Promise<unknown> => {
    const database = openPostgres(`postgres://postgres@${host}:${server.port}/postgres?${parameters}`, { poolSize: 1 })
    try {
      return await database.query('SELECT $1::integer AS n', [1])
    } finally {
      await database.close()
    }
  }

  it.each([
    ['require, whoever the server is', '127.0.0.1', 'sslmode=require'],
    ['require, of the given authority', '127.0.0.1', `sslmode=require&sslrootcert=${ca}`],
    ['verify-ca, under whatever name', '127.0.0.1', `sslmode=verify-ca&sslrootcert=${ca}`],
    ['verify-full, under its own name', 'localhost', `sslmode=verify-full&sslrootcert=${ca}`],
  ])('is spoken as asked: %s', async (_name, host, parameters) => {
    expect(await ask(host, parameters)).toEqual([{ n: 1 }])
  })

  it.each([
    ['of an authority that nobody knows', 'localhost', 'sslmode=verify-full', /unable to verify|self.signed/],
    [
      'of an authority that nobody knows, by its chain alone',
      'localhost',
      'sslmode=verify-ca',
      /unable to verify|self.signed/,
    ],
    ['under another name', '127.0.0.1', `sslmode=verify-full&sslrootcert=${ca}`, /does not match/],
  ])('is refused with a server %s', async (_name, host, parameters, reason) => {
    const asked = ask(host, parameters)
    await expect(asked).rejects.toThrow(reason)
    await expect(asked).rejects.toSatisfy(isTransient)
  })

  it('is found on the primary of several hosts too', async () => {
    expect(await ask('127.0.0.1:1,localhost', `sslmode=verify-full&sslrootcert=${ca}`)).toEqual([{ n: 1 }])
  })

  it('is never done without: a server that has none is refused', async () => {
    const plain = await encryptedBefore(hosts[0] ?? { host: '127.0.0.1', port: 5432 }, { length: 8, answer: 'N' })
    const database = openPostgres(`postgres://postgres@localhost:${plain.port}/postgres?sslmode=require`, {
      poolSize: 1,
    })
    await expect(database.query('SELECT 1')).rejects.toMatchObject({ code: 'TLS_REFUSED' })
    await database.close()
    plain.close()
  })
})

describe.skipIf(!redisAnswers)('TLS to Redis [needs Redis]', () => {
  let server: EncryptedServer
  beforeAll(async () => {
    const { hostname, port } = new URL(redisUrl)
    server = await encryptedBefore({ host: hostname, port: Number(port) })
  })
  afterAll(() => {
    server.close()
  })

  it('checks the certificate: a server of an unknown authority is as good as away', async () => {
    const redis = openRedis(`rediss://localhost:${server.port}`, { log: silentLogger })
    const [error] = (await once(redis.client, 'error')) as [Error]
    expect(error.message).toMatch(/unable to verify|self.signed/)
    expect(await redis.ask((client) => client.ping())).toBeUndefined()
    await redis.close()
  })

  it('is what rediss:// means, of the given authority', async () => {
    const redis = openRedis(`rediss://localhost:${server.port}`, { log: silentLogger, ca, timeoutMs: 2_000 })
    await once(redis.client, 'ready')
    expect(await redis.ask((client) => client.ping())).toBe('PONG')
    await redis.close()
  })
})
