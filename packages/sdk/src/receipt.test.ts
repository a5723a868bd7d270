import { CompactSign, type CryptoKey, type JWK, exportJWK, generateKeyPair } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { verifyReceipt } from './receipt.ts'

const receipt = {
  receiptId: 'rcp.1',
  eventId: 'event-0001',
  eventKey: 'k',
  status: 'COMPLETED',
  sandbox: false,
  units: '5',
}
const encode = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value))

describe('a receipt', () => {
  let key: CryptoKey
  let jwks: { keys: JWK[] }
  const signed = async (value: unknown, by = key): Promise<string> =>
    await new CompactSign(encode(value)).setProtectedHeader({ alg: 'EdDSA', kid: 'key-1' }).sign(by)

  beforeAll(async () => {
    const pair = await generateKeyPair('EdDSA', { extractable: true })
    key = pair.privateKey
    jwks = { keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'key-1', alg: 'EdDSA' }] }
  })

  it('is the marketplace’s, and says what it says', async () => {
    expect(await verifyReceipt(await signed(receipt), jwks)).toEqual(receipt)
  })

  it('is refused when altered, signed by another, by no or a symmetric algorithm, or no receipt', async () => {
    const jws = await signed(receipt)
    const [head = '', , tail = ''] = jws.split('.')
    const forged = Buffer.from(encode({ ...receipt, units: '500' })).toString('base64url')
    const none = Buffer.from('{"alg":"none"}').toString('base64url')
    const hmac = await new CompactSign(encode(receipt))
      .setProtectedHeader({ alg: 'HS256', kid: 'key-1' })
      .sign(Buffer.from(jwks.keys[0]?.x ?? '', 'base64url'))
    const bad = [
      `${head}.${forged}.${tail}`,
      `${none}.${forged}.`,
      hmac,
      await signed(receipt, (await generateKeyPair('EdDSA')).privateKey),
      await signed({ hello: 'world' }),
      'garbage',
      '',
    ]
    for (const one of bad) await expect(verifyReceipt(one, jwks)).rejects.toMatchObject({ code: 'receipt_invalid' })
    await expect(verifyReceipt(jws, { keys: [] })).rejects.toMatchObject({ code: 'receipt_invalid' })
  })
})
