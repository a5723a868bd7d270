import { describe, expect, it } from 'vitest'
import { parsePostgresAddress } from './postgres-address.ts'

describe('an address of Postgres', () => {
  it('names a user, a password, a host and a database, as they were before they were escaped', () => {
    expect(parsePostgresAddress('postgresql://us%40er:p%3Aa:ss%2F@db.example/mar%20ket')).toMatchObject({
      hosts: [{ host: 'db.example', port: 5432 }],
      user: 'us@er',
      password: 'p:a:ss/',
      database: 'mar ket',
      tls: undefined,
      primaryOnly: false,
      connectTimeoutMs: 5_000,
    })
  })

  it('of several hosts means whichever of them is the primary', () => {
    const address = parsePostgresAddress('postgres://u:p@h1:5432,[::1]:6000,h3/db')
    expect(address).toMatchObject({
      hosts: [
        { host: 'h1', port: 5432 },
        { host: '::1', port: 6000 },
        { host: 'h3', port: 5432 },
      ],
      primaryOnly: true,
    })
    for (const word of ['read-write', 'primary'])
      expect(parsePostgresAddress(`postgres://h1/db?target_session_attrs=${word}`).primaryOnly).toBe(true)
  })

  it('is encrypted as it says: unchecked, by its chain, or by its chain and its name', () => {
    const tls = (mode: string) => parsePostgresAddress(`postgres://h/db?sslmode=${mode}`).tls
    expect(tls('disable')).toBeUndefined()
    expect(tls('require')).toEqual({ rejectUnauthorized: false })
    expect(tls('verify-ca')).toMatchObject({
      rejectUnauthorized: true,
      checkServerIdentity: expect.any(Function) as unknown,
    })
    expect(tls('verify-full')).toEqual({ rejectUnauthorized: true })
    expect(parsePostgresAddress('postgres://h/db?sslmode=require&sslrootcert=system').tls).toMatchObject({
      rejectUnauthorized: true,
    })
  })

  it.each([
    ['h1:5432/db', 'an address of Postgres is'],
    ['mysql://h/db', 'an address of Postgres is'],
    ['postgres:///db', 'an address of Postgres is'],
    ['postgres://h:0/db', 'not a host'],
    ['postgres://h:70000/db', 'not a host'],
    ['postgres://h1,,h2/db', 'not a host'],
    ['postgres://h/db?sslmode=prefer', 'sslmode=prefer may end in plaintext'],
    ['postgres://h/db?sslmode=allow', 'sslmode=allow may end in plaintext'],
    ['postgres://h/db?ssl=true', 'takes no ssl'],
    ['postgres://h/db?host=/run/postgresql', 'takes no host'],
    ['postgres://h/db?sslcrl=x', 'takes no sslcrl'],
    ['postgres://h/db?sslrootcert=system', 'sslrootcert needs sslmode'],
    ['postgres://h/db?sslmode=verify-full&sslcert=x', 'come together'],
    ['postgres://h/db?connect_timeout=0', 'connect_timeout'],
    ['postgres://h/db?target_session_attrs=standby', 'target_session_attrs=standby'],
    ['postgres://h1,h2/db?target_session_attrs=any', 'target_session_attrs=any'],
  ])('is refused with its reason: %s', (text, reason) => {
    expect(() => parsePostgresAddress(text)).toThrow(reason)
  })

  it('never shows its password in a refusal', () => {
    for (const text of [
      'postgres://u:hunter2@h:0/db',
      'postgres://u:hunter2@h/db?sslmode=prefer',
      'x://u:hunter2@h/db',
    ])
      expect(() => parsePostgresAddress(text)).not.toThrow('hunter2')
  })
})
