import { Secret } from '@species/platform'
import { describe, expect, test } from 'vitest'
import { createMoralisStream } from './stream.ts'

const stream = createMoralisStream(new Secret('stream-secret-1'))
const signed = (signature: string): Headers => new Headers({ 'x-signature': signature })
/** Made with another implementation of Keccak-256. */
const vector = '{"confirmed":true,"chainId":"0x38","streamId":"s-1","tag":"species","retries":0}'
const signature = '0x05c63f278072dadea0f19327acf331b3d155b6a7c9979e0a3a40b15d9257016c'

describe('a delivery of Streams', () => {
  test('counts with the signature over its bytes, and with no other', () => {
    expect(stream.read(vector, signed(signature))).toEqual({ kind: 'look', chain: 'BSC', addresses: [], payments: [] })
    expect(stream.read(vector.replace('true', 'false'), signed(signature))).toEqual({ kind: 'forged' })
    expect(stream.read(JSON.stringify(JSON.parse(vector), null, 1), signed(signature))).toEqual({ kind: 'forged' })
    for (const wrong of ['', '0x', signature.slice(2), `${signature}00`, `0x${'0'.repeat(64)}`])
      expect(stream.read(vector, signed(wrong))).toEqual({ kind: 'forged' })
    expect(createMoralisStream(new Secret('other')).read(vector, signed(signature))).toEqual({ kind: 'forged' })
  })
})
