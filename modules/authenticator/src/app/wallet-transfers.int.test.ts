import type { Database } from '@species/database'
import { manualClock, pgliteWith } from '@species/testing'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { silentLogger, systemIds } from '@species/platform'
import { authenticatorModule } from '../index.ts'
import type { AuthenticatorDeps } from './deps.ts'
import { applyTransfers, challengeWallet, objectToTransfer, proveWallet } from './manage-wallets.ts'

let database: Database
beforeAll(async () => {
  database = await pgliteWith(authenticatorModule)
  await database.query(
    `INSERT INTO authenticator.users (onli_id, marketplace_user_id, vault_id, status, profile_tray, created_at, updated_at)
     SELECT name, gen_random_uuid(), 'vault-' || name, 'active', '{}', now(), now() FROM unnest(ARRAY['alice', 'bob']) AS name`,
  )
})
afterAll(() => database.close())

function world(walletTransferMs: number) {
  const clock = manualClock()
  const account = privateKeyToAccount(generatePrivateKey())
  const deps = {
    database,
    clock,
    ids: systemIds,
    log: silentLogger,
    bus: { publish: async () => undefined },
    verifier: { forget: () => undefined },
    config: { current: async () => ({ version: 1, config: { walletTransferMs } }) },
  } as unknown as AuthenticatorDeps
  const prove = async (onliId: string) => {
    const challenge = await challengeWallet(deps, { onliId, chain: 'ETH', address: account.address })
    if (!challenge.ok) throw new Error(challenge.refusal.detail)
    const { challengeId, text } = challenge.value
    const signature = await account.signMessage({ message: text })
    const proven = await proveWallet(deps, { onliId, challengeId, signature, trace: 't' })
    if (!proven.ok) throw new Error(proven.refusal.detail)
    return proven.value
  }
  const address = account.address.toLowerCase()
  const ownerAt = async (atMs: number) =>
    (await authenticatorModule.queries(database).walletOwners('ETH', [address], atMs)).get(address)?.onliId
  const owners = async () =>
    (
      await database.query<{ onli_id: string }>(
        'SELECT onli_id FROM authenticator.wallets WHERE address = $1 AND released_at IS NULL',
        [address],
      )
    ).map((row) => row.onli_id)
  return { deps, clock, prove, ownerAt, owners }
}

it('a wallet is transferred when the time to object has run out, and its payments of before stay its first owner’s', async () => {
  const { deps, clock, prove, ownerAt, owners } = world(172_800_000)
  await prove('alice')
  const asked = await prove('bob')
  if (!('transfer' in asked)) throw new Error('it is a request')
  clock.advance(172_800_000 - 1)
  await applyTransfers(deps)
  expect(await owners()).toEqual(['alice'])
  const before = clock.now()
  clock.advance(1)
  await applyTransfers(deps)
  expect(await owners()).toEqual(['bob'])
  expect([await ownerAt(before), await ownerAt(clock.now())]).toEqual(['alice', 'bob'])
  const { transferId } = asked.transfer
  expect(await objectToTransfer(deps, { onliId: 'alice', transferId })).toMatchObject({ ok: false })
})

it('where there is no time to object a newer proof transfers at once', async () => {
  const { clock, prove, ownerAt, owners } = world(0)
  await prove('alice')
  const before = clock.now()
  clock.advance(1_000)
  expect(await prove('bob')).toMatchObject({ wallet: { onliId: 'bob' } })
  expect(await owners()).toEqual(['bob'])
  expect([await ownerAt(before), await ownerAt(clock.now())]).toEqual(['alice', 'bob'])
})
