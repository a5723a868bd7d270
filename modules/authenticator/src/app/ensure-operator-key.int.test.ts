import { systemIds } from '@species/platform'
import { createSigner } from '@species/sdk'
import { generateEd25519 } from '@species/sdk/node'
import { describe, expect, it } from 'vitest'
import { byOperator } from '../test-world.ts'
import { ensureOperatorKey } from './ensure-operator-key.ts'
import { revokeKey } from './manage-keys.ts'
import { clock, database, ed25519KeyId, now, openVerifier, pair, signed, trace, world } from './test-requests.ts'

openVerifier()

describe('the operator', () => {
  const operator = generateEd25519()
  const ensure = async (keyId: string, publicKey: string): Promise<void> => {
    await ensureOperatorKey({ database, clock, ids: systemIds }, { keyId, publicKey })
  }

  it('has the key of the settings, made once, with no power to trade', async () => {
    await ensure('key_operator', operator.publicKey)
    await ensure('key_operator', operator.publicKey)
    const signer = createSigner({
      keyId: 'key_operator',
      alg: 'ed25519',
      privateKey: operator.privateKey,
      now,
    })
    expect(await world.verifier.verify(await signed(signer, 'GET', '/admin/v1/users/alice', undefined))).toMatchObject({
      value: { principal: { onliId: 'operator', scopes: ['read', 'operator'] } },
    })
  })

  it('does not take over another key, and no revoked one comes back', async () => {
    await expect(ensure('key_operator', generateEd25519().publicKey)).rejects.toThrow(/another key/)
    await expect(ensure(ed25519KeyId, pair.publicKey)).rejects.toThrow(/another key/)
    await revokeKey(world.deps, { onliId: undefined, keyId: 'key_operator', actor: byOperator, trace })
    await expect(ensure('key_operator', operator.publicKey)).rejects.toThrow(/revoked/)
  })
})
