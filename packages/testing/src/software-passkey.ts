import { type KeyObject, createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { type CBORType, encodeCBOR } from '@levischuck/tiny-cbor'

/** What a test may change of an answer, to see it refused. */
export interface Twist {
  readonly origin?: string
  readonly rpId?: string
  readonly challenge?: string
  readonly userVerified?: boolean
  readonly userPresent?: boolean
  readonly crossOrigin?: boolean
  readonly type?: string
  readonly counter?: number
  readonly userHandle?: string
  readonly signWith?: KeyObject
}

export interface SoftwarePasskey {
  readonly credentialId: string
  /** `RegistrationResponseJSON` for these options. Takes the user's handle from them. */
  create(options: { challenge: string; user: { id: string } }, twist?: Twist): object
  /** `AuthenticationResponseJSON` for a challenge; counts on. */
  get(challenge: string, twist?: Twist): Answer
  /** A confirmation of a text as it travels in the header. */
  confirm(text: string, atMs: number, twist?: Twist): string
}

interface Answer {
  readonly id: string
  readonly rawId: string
  readonly type: 'public-key'
  readonly response: {
    readonly clientDataJSON: string
    readonly authenticatorData: string
    readonly signature: string
    readonly userHandle: string
  }
  readonly clientExtensionResults: object
}

const sha256 = (data: string | Uint8Array): Buffer => createHash('sha256').update(data).digest()

/** An authenticator in software, with one credential (ES256), for tests: WebAuthn Level 3, sections 6.1 and 6.5; CBOR by a library. */
export function createSoftwarePasskey(origin: string): SoftwarePasskey {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const credential = randomBytes(16)
  const credentialId = credential.toString('base64url')
  let counter = 0
  let userHandle = ''

  const clientData = (type: string, challenge: string, twist: Twist): Buffer =>
    Buffer.from(
      JSON.stringify({
        type: twist.type ?? type,
        challenge: twist.challenge ?? challenge,
        origin: twist.origin ?? origin,
        crossOrigin: twist.crossOrigin ?? false,
      }),
    )
  const authenticatorData = (twist: Twist, attested: Uint8Array): Buffer => {
    const isPresent = twist.userPresent ?? true
    const isVerified = twist.userVerified ?? true
    const flags = (isPresent ? 0x01 : 0) | (isVerified ? 0x04 : 0) | (attested.length > 0 ? 0x40 : 0)
    const count = Buffer.alloc(4)
    count.writeUInt32BE(twist.counter ?? ++counter)
    return Buffer.concat([sha256(twist.rpId ?? new URL(origin).hostname), Buffer.of(flags), count, attested])
  }
  const get = (challenge: string, twist: Twist = {}): Answer => {
    const client = clientData('webauthn.get', challenge, twist)
    const data = authenticatorData(twist, new Uint8Array())
    const signature = sign('sha256', Buffer.concat([data, sha256(client)]), twist.signWith ?? privateKey)
    return {
      id: credentialId,
      rawId: credentialId,
      type: 'public-key',
      response: {
        clientDataJSON: client.toString('base64url'),
        authenticatorData: data.toString('base64url'),
        signature: signature.toString('base64url'),
        userHandle: twist.userHandle ?? userHandle,
      },
      clientExtensionResults: {},
    }
  }
  return {
    credentialId,
    create({ challenge, user }, twist = {}) {
      userHandle = user.id
      const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
      // COSE_Key of an EC2 key (RFC 9053 section 7.1): kty EC2, alg ES256, crv P-256.
      const cose: CBORType = new Map<number, CBORType>([
        [1, 2],
        [3, -7],
        [-1, 1],
        [-2, new Uint8Array(Buffer.from(x, 'base64url'))],
        [-3, new Uint8Array(Buffer.from(y, 'base64url'))],
      ])
      const size = Buffer.alloc(2)
      size.writeUInt16BE(credential.length)
      const attested = Buffer.concat([Buffer.alloc(16), size, credential, encodeCBOR(cose)])
      const attestation: CBORType = new Map<string, CBORType>([
        ['fmt', 'none'],
        ['attStmt', new Map()],
        ['authData', new Uint8Array(authenticatorData(twist, attested))],
      ])
      return {
        id: credentialId,
        rawId: credentialId,
        type: 'public-key',
        response: {
          clientDataJSON: clientData('webauthn.create', challenge, twist).toString('base64url'),
          attestationObject: Buffer.from(encodeCBOR(attestation)).toString('base64url'),
          transports: ['internal'],
        },
        clientExtensionResults: {},
      }
    },
    get,
    confirm(text, atMs, twist = {}) {
      const { id, response } = get(sha256(text).toString('base64url'), twist)
      return `passkey.${atMs}.${Buffer.from(JSON.stringify({ id, ...response })).toString('base64url')}`
    },
  }
}
