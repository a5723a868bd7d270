import { setTimeout as pause } from 'node:timers/promises'
import { type Client, SpeciesError, createClient, createSigner } from '@species/sdk'

export type SigningKey =
  | { readonly keyId: string; readonly alg: 'ed25519'; readonly privateKey: string }
  | { readonly keyId: string; readonly alg: 'hmac'; readonly secret: string }

/** How long an address that did not answer is passed over. */
const passOverMs = 3_000

/** Where requests go: to any process that can be reached, as a load balancer would send them. */
export class Addresses {
  readonly #urls: () => string[]
  readonly #badUntil = new Map<string, number>()
  #turn = 0

  constructor(urls: () => string[]) {
    this.#urls = urls
  }

  next(): string | undefined {
    const now = Date.now()
    const urls = this.#urls()
    const good = urls.filter((url) => (this.#badUntil.get(url) ?? 0) <= now)
    const from = good.length > 0 ? good : urls
    return from[this.#turn++ % Math.max(1, from.length)]
  }

  failed(url: string): void {
    this.#badUntil.set(url, Date.now() + passOverMs)
  }
}

/** Somebody who signs with a key of his own and keeps asking until there is a definite answer. */
export class Caller {
  readonly #addresses: Addresses
  readonly #signer: ReturnType<typeof createSigner>
  readonly #clients = new Map<string, Client>()

  constructor(addresses: Addresses, key: SigningKey) {
    this.#addresses = addresses
    this.#signer = createSigner(key)
  }

  /**
   * One request, tried at one address after the other until somebody answers with something definite: a success, or a refusal
   * that asking again does not change (thrown). `tried` is called before each try.
   */
  async call(
    method: string,
    path: string,
    body?: unknown,
    { giveUpMs = 180_000, tried = () => undefined }: { giveUpMs?: number; tried?: () => void } = {},
  ): Promise<unknown> {
    const until = Date.now() + giveUpMs
    for (;;) {
      const url = this.#addresses.next()
      try {
        if (url === undefined) throw new SpeciesError({ code: 'network_error', status: 0, detail: '', retryable: true })
        tried()
        return (await this.#client(url).request(method, path, body)).body
      } catch (error) {
        if (!(error instanceof SpeciesError) || !passes(error) || Date.now() > until) throw error
        if (error.status === 0 && url !== undefined) this.#addresses.failed(url)
        await pause(150 + Math.random() * 350)
      }
    }
  }

  #client(url: string): Client {
    const known = this.#clients.get(url)
    if (known) return known
    const client = createClient({ baseUrl: url, signer: this.#signer, timeoutMs: 5_000 })
    this.#clients.set(url, client)
    return client
  }
}

function passes(error: SpeciesError): boolean {
  return error.status === 0 || error.status >= 500 || error.status === 429 || error.retryable
}
