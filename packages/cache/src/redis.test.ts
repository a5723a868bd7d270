import { expect, it } from 'vitest'
import { redisOptions } from './redis.ts'

it('an address of Redis gives its user, password, database and encryption', () => {
  expect(redisOptions('redis://127.0.0.1')).toMatchObject({ host: '127.0.0.1', port: 6379, db: 0 })
  expect(redisOptions('redis://127.0.0.1')).not.toHaveProperty('tls')
  expect(redisOptions('rediss://us%40er:p%3Ass@[::1]:7000/3')).toMatchObject({
    host: '::1',
    port: 7000,
    username: 'us@er',
    password: 'p:ss',
    db: 3,
    tls: { rejectUnauthorized: true },
  })
})

it.each([
  ['http://h', 'redis:// or rediss://'],
  ['redis://h/x', 'number of a database'],
  ['redis://h?tls=false', 'takes no parameters'],
])('an address of Redis is refused with its reason: %s', (text, reason) => {
  expect(() => redisOptions(text)).toThrow(reason)
})

it('an authority for certificates is refused where there are none to check, and where it is not there', () => {
  expect(() => redisOptions('redis://h', 'ca.pem')).toThrow('rediss:// alone')
  expect(() => redisOptions('rediss://h', '/nowhere/ca.pem')).toThrow('/nowhere/ca.pem')
})
