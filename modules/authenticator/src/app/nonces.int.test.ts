import { expect, it } from 'vitest'
import { purgeNonces } from '../adapters/nonce-store.ts'
import { clock, database, ed25519KeyId, ed25519Signer, openVerifier, outcome, signed } from './test-requests.ts'

openVerifier()

it('gives one of a hundred that come at once the nonce, and the others a resend or a refusal', async () => {
  const one = await signed(ed25519Signer())
  const answers = await Promise.all(Array.from({ length: 100 }, async () => await outcome(one)))
  expect(answers.filter((answer) => answer === `alice by ${ed25519KeyId}`)).toHaveLength(1)
  expect(answers.filter((answer) => answer === 'resend')).toHaveLength(99)
})

it('keeps nonces as long as a signature can be fresh, and then forgets them', async () => {
  const one = await signed(ed25519Signer())
  await outcome(one)
  const count = async (): Promise<number> => (await database.query('SELECT 1 FROM authenticator.nonces')).length
  clock.advance(11 * 60_000)
  await purgeNonces(database, clock.now())
  expect(await count()).toBeGreaterThan(0)
  clock.advance(1)
  await purgeNonces(database, clock.now())
  expect(await count()).toBe(0)
})
