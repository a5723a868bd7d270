import { CompactSign, type CryptoKey, type JWK, exportJWK, generateKeyPair } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { createHash } from 'node:crypto'
import { conceal, joinSdJwt } from '@species/kernel'
import { verifyReceipt, verifySignedReceipt } from './receipt.ts'

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

  describe('whose fields are disclosed one by one', () => {
    const hidden = conceal(receipt, {
      isHidden: ([name]) => name === 'units',
      salt: () => 'a salt for this test',
      sha256: (text) => createHash('sha256').update(text).digest('base64url'),
    })
    const told = hidden.disclosures.map(({ text }) => text)
    const { units: _, ...withoutUnits } = receipt

    it('says what is disclosed, and how much is not', async () => {
      const jwt = await signed(hidden.payload)
      expect(await verifySignedReceipt({ jws: joinSdJwt(jwt, told) }, jwks)).toEqual({ receipt, withheld: 0 })
      expect(await verifySignedReceipt({ jws: joinSdJwt(jwt, []) }, jwks)).toEqual({
        receipt: withoutUnits,
        withheld: 1,
      })
    })

    it('is refused with a disclosure that is not its own', async () => {
      const forged = Buffer.from('["a salt for this test","units","500"]').toString('base64url')
      for (const jwt of [await signed(hidden.payload), await signed(receipt)])
        await expect(verifyReceipt(joinSdJwt(jwt, [forged]), jwks)).rejects.toMatchObject({ code: 'receipt_invalid' })
    })

    it('is refused beside a readable part that says something else, and the changed field is named', async () => {
      const jws = joinSdJwt(await signed(hidden.payload), told)
      expect((await verifySignedReceipt({ jws, receipt: { ...receipt } }, jwks)).receipt).toEqual(receipt)
      const changes: [unknown, string][] = [
        [{ ...receipt, units: '500' }, 'units'],
        [withoutUnits, 'units'],
        [{ ...receipt, note: 'paid' }, 'note'],
        ['COMPLETED', 'receiptId'],
        [null, 'receiptId'],
      ]
      for (const [readable, field] of changes) {
        await expect(verifySignedReceipt({ jws, receipt: readable }, jwks)).rejects.toMatchObject({
          code: 'receipt_altered',
          detail: expect.stringContaining(field) as string,
        })
      }
    })
  })
})
