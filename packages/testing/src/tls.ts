import { once } from 'node:events'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { type AddressInfo, type Socket, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TLSSocket } from 'node:tls'

/** The key of a server named `localhost` in tests, and of nothing else; its authority's own key was thrown away. */
const serverKey = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgIS4T5mb7fK6/fpIk
O+XhaV79guAoiHUBahR/HKycBaahRANCAARSYh8Z7GDaOc5w/FdIf7JbYcx6WlIM
QilShhEG+gxI5pR+NH4wyOA2qHFgxwGULAkbUCLsF5k9sWGSgWYv9WrO
-----END PRIVATE KEY-----`

const serverCertificate = `-----BEGIN CERTIFICATE-----
MIIBdjCCARygAwIBAgIBAjAKBggqhkjOPQQDAjAZMRcwFQYDVQQDDA50ZXN0IGF1
dGhvcml0eTAgFw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFowFDESMBAG
A1UEAwwJbG9jYWxob3N0MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEUmIfGexg
2jnOcPxXSH+yW2HMelpSDEIpUoYRBvoMSOaUfjR+MMjgNqhxYMcBlCwJG1Ai7BeZ
PbFhkoFmL/VqzqNYMFYwFAYDVR0RBA0wC4IJbG9jYWxob3N0MB0GA1UdDgQWBBQy
vI6TNEMSnXDdP0Zgs57NbvrdijAfBgNVHSMEGDAWgBTSi1iqFhvi6c3sRvwuT5CL
4HHJ6TAKBggqhkjOPQQDAgNIADBFAiEAr2vHenpAkZzrrQKes+VU8b7n6hpBmLPQ
bKlMwBIvZN0CIHngjZFjuJX+zNKKi6FSwWObQ/WAeeYOpm2DqwVXm/ii
-----END CERTIFICATE-----`

const authority = `-----BEGIN CERTIFICATE-----
MIIBVDCB+6ADAgECAgEBMAoGCCqGSM49BAMCMBkxFzAVBgNVBAMMDnRlc3QgYXV0
aG9yaXR5MCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAwMDAwWjAZMRcwFQYD
VQQDDA50ZXN0IGF1dGhvcml0eTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABAC4
NDhV0E7qoeqaM01NSHSoPSrajkTvGVy4nm/WSYch6qLlC6Gg4WuSAXqkpY6cABfu
WrelHSbvXtfOeGsMXAujMjAwMA8GA1UdEwEB/wQFMAMBAf8wHQYDVR0OBBYEFNKL
WKoWG+LpzexG/C5PkIvgccnpMAoGCCqGSM49BAMCA0gAMEUCIQCRBpUJjptGJ1pM
QPK8SFQOUI9Urts8wytPJ+XJKYDKcQIgTyeLAe8IbFM/gedYCY4Hl4JlnrVoq4nc
yp2eMOrLoZU=
-----END CERTIFICATE-----`

/** The authority of `encryptedBefore`, as a file. */
export function testAuthorityFile(): string {
  const path = join(mkdtempSync(join(tmpdir(), 'species-ca-')), 'ca.crt')
  writeFileSync(path, authority)
  return path
}

export interface EncryptedServer {
  readonly port: number
  close(): void
}

/**
 * A server with TLS before one without, under the name `localhost`. With `asked`, a client must first ask for TLS as Postgres
 * has it, and gets the given answer.
 */
export async function encryptedBefore(
  target: { host: string; port: number },
  asked?: { length: number; answer: string },
): Promise<EncryptedServer> {
  const sockets = new Set<Socket>()
  const serve = (near: Socket): void => {
    const inside = new TLSSocket(near, { isServer: true, key: serverKey, cert: serverCertificate })
    const far = connect(target)
    for (const [from, to] of [
      [inside, far],
      [far, inside],
    ] as const) {
      sockets.add(from)
      from.on('error', () => undefined)
      from.on('close', () => to.destroy())
      from.pipe(to)
    }
  }
  const server = createServer((near) => {
    sockets.add(near)
    near.on('error', () => undefined)
    if (!asked) {
      serve(near)
      return
    }
    near.once('readable', () => {
      near.read(asked.length)
      near.write(asked.answer)
      serve(near)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}
