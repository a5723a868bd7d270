import { toTimestamp } from '@species/platform'
import type { Client } from '@species/sdk'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { expect, it } from 'vitest'
import { purgeChallenges } from '../adapters/wallet-store.ts'
import { maxProvenPerDay, maxWallets } from '../domain/wallet.ts'
import { clock, database, openAccess, told, userWithKey } from './test-world.ts'

openAccess()

const path = '/marketplace/v1/wallets'
const newWallet = () => privateKeyToAccount(generatePrivateKey())
type Account = ReturnType<typeof newWallet>
interface Signed {
  readonly challengeId: string
  readonly signature: string
}

const sign = async (client: Client, account: Account): Promise<Signed> => {
  const asked = { chain: 'ETH', address: account.address }
  const { challengeId, message } = (await client.request('POST', `${path}/challenges`, asked)).body as {
    challengeId: string
    message: string
  }
  return { challengeId, signature: await account.signMessage({ message }) }
}
const prove = async (client: Client, account = newWallet()): Promise<unknown> =>
  statusOf(await told(client.request('POST', path, await sign(client, account))))
const statusOf = (answer: unknown): unknown =>
  typeof answer === 'string' ? answer : (answer as { status: number }).status
const challengesOf = async (onliId: string): Promise<number> =>
  (await database.query('SELECT 1 FROM authenticator.wallet_challenges WHERE onli_id = $1', [onliId])).length
const fill = async (onliId: string, count: number, { released = false, atMs = 0 } = {}): Promise<void> => {
  for (let n = 0; n < count; n++)
    await database.query(
      `INSERT INTO authenticator.wallets (wallet_id, family, address, onli_id, proven_at, released_at)
       VALUES (gen_random_uuid(), 'EVM', $1, $2, $3, $4)`,
      [`0x${onliId}${released}${atMs}${n}`, onliId, toTimestamp(atMs), released ? toTimestamp(atMs + 1) : null],
    )
}

it('one user has twenty open challenges: a new one drops their oldest, and no one else’s', async () => {
  const [cat, dan] = [await userWithKey('cat'), await userWithKey('dan')]
  const account = newWallet()
  const [kept, first] = [await sign(dan, newWallet()), await sign(cat, account)]
  clock.advance(1)
  for (let n = 0; n < 22; n++) await sign(cat, account)
  expect([await challengesOf('cat'), await challengesOf('dan')]).toEqual([20, 1])
  expect(await told(cat.request('POST', path, first))).toMatch(/challenge_expired/)
  expect(await told(dan.request('POST', path, kept))).toMatchObject({ status: 201 })
  expect(await prove(cat, account)).toBe(201)
})

it('one user has a hundred wallets: one more is refused, and what is theirs already is not', async () => {
  const eve = await userWithKey('eve')
  await fill('eve', maxWallets - 1)
  const last = newWallet()
  expect(await prove(eve, last)).toBe(201)
  expect(await prove(eve)).toBe('403 forbidden')
  expect(await prove(eve, last)).toBe(201)
  expect(await told(eve.request('DELETE', `${path}/ETH/${last.address}`))).toMatchObject({ status: 204 })
  expect(await prove(eve)).toBe(201)
})

it('a wallet that a user asks another for counts among theirs', async () => {
  const [fay, gil] = [await userWithKey('fay'), await userWithKey('gil')]
  await fill('gil', maxWallets - 1)
  const [one, two] = [newWallet(), newWallet()]
  for (const account of [one, two]) expect(await prove(fay, account)).toBe(201)
  expect(await prove(gil, one)).toBe(202)
  expect(await prove(gil, two)).toBe('403 forbidden')
})

it('one user proves two hundred wallets in a day, also if they give each up', async () => {
  const hal = await userWithKey('hal')
  await fill('hal', maxProvenPerDay, { released: true, atMs: clock.now() })
  expect(await prove(hal)).toBe('403 forbidden')
  clock.advance(86_400_001)
  expect(await prove(hal)).toBe(201)
})

it('the signature for a wallet that its user gave up proves nothing any more', async () => {
  const ivy = await userWithKey('ivy')
  const account = newWallet()
  const signed = await sign(ivy, account)
  for (let again = 0; again < 2; again++)
    expect(await told(ivy.request('POST', path, signed))).toMatchObject({ status: 201 })
  await ivy.request('DELETE', `${path}/ETH/${account.address}`)
  expect(await told(ivy.request('POST', path, signed))).toMatch(/challenge_expired/)
  expect((await ivy.request('GET', path)).body).toMatchObject({ wallets: [] })
})

it('challenges that have expired are forgotten in steps, all of them, and no open one', async () => {
  const kim = await userWithKey('kim')
  await sign(kim, newWallet())
  await database.query(
    `INSERT INTO authenticator.wallet_challenges (challenge_id, onli_id, family, address, text, expires_at)
     SELECT gen_random_uuid(), 'kim', 'EVM', '0x', '', $1::timestamptz - n * interval '1 second' FROM generate_series(1, 10001) n`,
    [toTimestamp(clock.now())],
  )
  await purgeChallenges(database, clock.now())
  expect(await challengesOf('kim')).toBe(1)
})
