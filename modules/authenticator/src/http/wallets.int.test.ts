import type { Client } from '@species/sdk'
import { concat, keccak256, stringToBytes } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { describe, expect, it } from 'vitest'
import { decideTransfer } from '../adapters/transfer-store.ts'
import { tronAddress } from '../adapters/wallet-signature.ts'
import { authenticatorModule } from '../index.ts'
import { clock, database, openAccess, told, userWithKey } from './test-world.ts'

openAccess()

describe('wallets', () => {
  interface Challenge {
    readonly challengeId: string
    readonly message: string
  }
  const challengeOf = async (client: Client, chain: string, address: string): Promise<Challenge> =>
    (await client.request('POST', '/marketplace/v1/wallets/challenges', { chain, address })).body as Challenge

  /** A wallet of either family: its address, and how it signs a text. */
  const evmWallet = () => {
    const account = privateKeyToAccount(generatePrivateKey())
    return {
      chain: 'BSC',
      address: account.address as string,
      sign: async (message: string): Promise<string> => await account.signMessage({ message }),
    }
  }
  const tronWallet = () => {
    const account = privateKeyToAccount(generatePrivateKey())
    const sign = async (text: string): Promise<string> => {
      const message = stringToBytes(text)
      const prefix = stringToBytes(`\x19TRON Signed Message:\n${message.length}`)
      return await account.sign({ hash: keccak256(concat([prefix, message])) })
    }
    return { chain: 'TRON', address: tronAddress(account.address), sign }
  }

  it.each([
    ['EVM', evmWallet, ['ETH', 'BSC', 'POLYGON']],
    ['TRON', tronWallet, ['TRON']],
  ] as const)(
    '%s: are proven by signature, listed, released, and then proven by another',
    async (family, wallet, chains) => {
      const [anna, bert] = [await userWithKey(`anna-${family}`), await userWithKey(`bert-${family}`)]
      const { chain, address, sign } = wallet()
      const kept = family === 'EVM' ? address.toLowerCase() : address
      const prove = async (client: Client): Promise<unknown> => {
        const { challengeId, message } = await challengeOf(client, chain, address)
        return await told(
          client.request('POST', '/marketplace/v1/wallets', { challengeId, signature: await sign(message) }),
        )
      }
      const provenAt = new Date(clock.now()).toISOString()
      expect(await prove(anna)).toEqual({ status: 201, address: kept, chains, provenAt })
      clock.advance(5_000)
      expect(await prove(anna)).toMatchObject({ provenAt })
      expect(await prove(bert)).toMatchObject({ status: 202, transfer: { direction: 'incoming', status: 'pending' } })
      expect(await told(anna.request('GET', '/marketplace/v1/wallets'))).toEqual({
        status: 200,
        wallets: [{ address: kept, chains, provenAt }],
        transfers: [expect.objectContaining({ direction: 'outgoing', status: 'pending', address: kept })],
      })

      const queries = authenticatorModule.queries(database)
      const owners = async (atMs = clock.now()): Promise<string[]> =>
        [...(await queries.walletOwners(chain === 'TRON' ? 'TRON' : 'ETH', [address, kept], atMs)).values()].map(
          ({ onliId }) => onliId,
        )
      const paidMs = clock.now()
      expect(await owners()).toEqual([`anna-${family}`])
      const path = `/marketplace/v1/wallets/${chain}/${address}`
      expect(await told(bert.request('DELETE', path))).toBe('404 not_found')
      expect(await told(anna.request('DELETE', path))).toEqual({ status: 204 })
      clock.advance(1_000)
      // It goes to who has asked for it, at once.
      expect(await owners()).toEqual([`bert-${family}`])
      expect(await prove(bert)).toMatchObject({ address: kept })
      // What was mined while it was anna's is anna's, although she gave it up since.
      expect(await owners(paidMs - 500)).toEqual([`anna-${family}`])
    },
  )

  it.each([evmWallet, tronWallet])(
    'refuse the signature of another wallet, of another text, and garbage',
    async (make) => {
      const client = await userWithKey(`wrong-${make.name}`)
      const [wallet, other] = [make(), make()]
      const { challengeId, message } = await challengeOf(client, wallet.chain, wallet.address)
      const prove = async (signature: string): Promise<unknown> =>
        await told(client.request('POST', '/marketplace/v1/wallets', { challengeId, signature }))
      expect(await prove(await other.sign(message))).toBe('422 wallet_proof_invalid')
      expect(await prove(await wallet.sign(`${message} `))).toBe('422 wallet_proof_invalid')
      expect(await prove(`0x${'f'.repeat(130)}`)).toBe('422 wallet_proof_invalid')
      expect(await prove('0x12')).toBe('400 invalid_request')
      expect(await prove(await wallet.sign(message))).toMatchObject({ chains: expect.any(Array) as unknown[] })
    },
  )

  it('do not mix families: the TRON twin of an EVM signature proves nothing', async () => {
    const client = await userWithKey('mixed-user')
    const account = privateKeyToAccount(generatePrivateKey())
    const { challengeId, message } = await challengeOf(client, 'TRON', tronAddress(account.address))
    const signature = await account.signMessage({ message })
    expect(await told(client.request('POST', '/marketplace/v1/wallets', { challengeId, signature }))).toBe(
      '422 wallet_proof_invalid',
    )
  })

  it('pass to a newer prover after two days, unless the owner objects: then an operator decides', async () => {
    const [owner, newer] = [await userWithKey('first-owner'), await userWithKey('newer-prover')]
    const wallet = evmWallet()
    const prove = async (client: Client): Promise<Record<string, unknown>> => {
      const { challengeId, message } = await challengeOf(client, wallet.chain, wallet.address)
      expect(message).toMatch(/Domain: [^]*Account: [^]*Effect: /)
      const body = { challengeId, signature: await wallet.sign(message) }
      return (await client.request('POST', '/marketplace/v1/wallets', body)).body as Record<string, unknown>
    }
    const ownerAt = async (atMs: number): Promise<string | undefined> =>
      (await authenticatorModule.queries(database).walletOwners('ETH', [wallet.address], atMs)).get(
        wallet.address.toLowerCase(),
      )?.onliId
    await prove(owner)
    const first = (await prove(newer))['transfer'] as { transferId: string }
    const object = (client: Client, id: string) =>
      told(client.request('POST', `/marketplace/v1/wallets/transfers/${id}/objection`, {}))
    expect(await object(newer, first.transferId)).toBe('404 not_found')
    expect(await object(owner, first.transferId)).toEqual({ status: 204 })
    const dueMs = clock.now() + 172_800_000
    expect(await ownerAt(dueMs)).toBe('first-owner')
    const by = { decidedBy: 'olga', reason: 'lost account', nowMs: clock.now() }
    await decideTransfer(database, first.transferId, { ...by, decision: 'transfer' })
    // Nobody has carried it out yet, and it counts.
    expect(await ownerAt(clock.now())).toBe('newer-prover')
    const back = (await prove(owner))['transfer'] as { transferId: string }
    expect(await object(newer, back.transferId)).toEqual({ status: 204 })
    await decideTransfer(database, back.transferId, { ...by, decision: 'keep' })
    await expect(prove(owner)).rejects.toMatchObject({ code: 'wallet_taken' })
  })

  it('take no challenge of another user, and none that is over', async () => {
    const [client, thief] = [await userWithKey('slow-user'), await userWithKey('thief')]
    const wallet = evmWallet()
    const { challengeId, message } = await challengeOf(client, wallet.chain, wallet.address)
    const body = { challengeId, signature: await wallet.sign(message) }
    expect(await told(thief.request('POST', '/marketplace/v1/wallets', body))).toBe('409 challenge_expired')
    clock.advance(10 * 60_000)
    expect(await told(client.request('POST', '/marketplace/v1/wallets', body))).toBe('409 challenge_expired')
  })

  it('are named by addresses of their chain, none of them mistyped, zero or a token', async () => {
    const client = await userWithKey('address-user')
    const tron = tronAddress(`0x${'ab'.repeat(20)}`)
    const wrong: [chain: string, address: string][] = [
      ['ETH', tron],
      ['TRON', `0x${'ab'.repeat(20)}`],
      ['TRON', `${tron.slice(0, -1)}${tron.endsWith('1') ? '2' : '1'}`],
      ['BSC', `0x${'ab'.repeat(19)}`],
      ['BSC', `0X${'ab'.repeat(20)}`],
      ['ETH', '0x5aaeb6053F3E94C9b9A09f33669435E7Ef1BeAed'],
      ['ETH', `0x${'0'.repeat(40)}`],
      ['ETH', '0xdac17f958d2ee523a2206206994597c13d831ec7'],
    ]
    for (const [chain, address] of wrong) {
      const asked = client.request('POST', '/marketplace/v1/wallets/challenges', { chain, address })
      expect([chain, address, await told(asked)]).toEqual([chain, address, '400 invalid_request'])
    }
  })

  it('know the TRON address of a key: the prefix 41 before the same twenty bytes', () => {
    // The zero address of TRON, as its explorers show it.
    expect(tronAddress(`0x${'00'.repeat(20)}`)).toBe('T9yD14Nj9j7xAB4dbGeiX9h8unkKHxuWwb')
  })
})
