import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createClient, createSigner, generateEd25519 } from '@species/sdk'
import type { BenchKey } from './prepare.ts'
import type { BenchStage } from './stage.ts'

export interface Population {
  readonly holders: string[]
  readonly buyers: string[]
  readonly keys: Map<string, BenchKey>
}

const depositAddress = '0x5ec1e55ec1e55ec1e55ec1e55ec1e55ec1e50001'

/**
 * Makes users with keys, gives the holders units and the buyers credit, fills the pool and the book: all through the public API
 * and the sandbox's chain.
 */
export async function populate(
  stage: BenchStage,
  options: { users: number; say: (line: string) => void },
): Promise<Population> {
  const operatorKey = JSON.parse(readFileSync(join(stage.dataDirectory, 'keys', 'operator.json'), 'utf8')) as {
    keyId: string
    privateKey: string
  }
  const baseUrl = stage.url
  const operator = createClient({ baseUrl, signer: createSigner({ alg: 'ed25519', ...operatorKey }) })
  const keys = new Map<string, BenchKey>()
  const names = Array.from({ length: options.users }, (_, index) => `user-${index}`)
  const buyers = names.slice(0, Math.max(1, Math.ceil(names.length / 10)))
  const holders = names.slice(buyers.length)

  await inTurn(['bank', ...names], 16, async (name, index) => {
    await patiently(() => operator.request('POST', '/admin/v1/users', { onliId: name, profileTray: {} }))
    // Half sign as the SDK prefers, half by shared secret.
    const pair = index % 2 === 0 ? generateEd25519() : undefined
    const { body } = await patiently(() =>
      operator.request('POST', `/admin/v1/users/${name}/keys`, {
        alg: pair ? 'ed25519' : 'hmac',
        ...(pair ? { publicKey: pair.publicKey } : {}),
        scopes: ['read', 'trade'],
      }),
    )
    const made = body as { keyId: string; secret?: string }
    keys.set(
      name,
      pair
        ? { keyId: made.keyId, alg: 'ed25519', privateKey: pair.privateKey }
        : { keyId: made.keyId, alg: 'hmac', secret: made.secret ?? '' },
    )
    if (index % 500 === 499) options.say(`${index + 1} users`)
  })

  const claim = async (payer: string, amount: string): Promise<void> => {
    const hash = await mint(stage.sandboxUrl, amount)
    await patiently(() =>
      operator.request('POST', '/admin/v1/claims', {
        payer,
        chain: 'ETH',
        proof: hash,
        reason: 'benchmark: money to trade with',
      }),
    )
  }
  await claim('liquidity_pool', '100000000')
  await claim('bank', '100000000')
  await inTurn(buyers, 8, (name) => claim(name, '1000000'))

  const clientOf = (name: string): ReturnType<typeof createClient> => {
    const key = keys.get(name)
    if (!key) throw new Error(`no key of ${name}`)
    return createClient({ baseUrl, signer: createSigner(key) })
  }
  const bank = clientOf('bank')
  const unitsEach = 2_000
  await bank.submitEvent({
    eventId: 'bank-buys',
    from: 'bank',
    to: 'treasury',
    amount: holders.length * unitsEach,
    payWith: { source: 'credit' },
  })
  await bank.waitForEnd('bank-buys', { timeoutMs: 60_000 })
  options.say('the bank gives units to everybody')
  await inTurn(holders, 64, async (name) => {
    await patiently(() => bank.submitEvent({ eventId: `gift-${name}`, from: 'bank', to: name, amount: unitsEach }))
  })
  await bank.waitForEnd(`gift-${holders.at(-1) ?? ''}`, { timeoutMs: 120_000 })
  await inTurn(holders.slice(0, 50), 16, async (name) => {
    const client = clientOf(name)
    await client.submitEvent({ eventId: 'first-sale', from: name, to: 'market', amount: 100, putProceeds: {} })
    await client.waitForEnd('first-sale', { timeoutMs: 60_000 })
  })
  return { holders, buyers, keys }
}

async function mint(sandboxUrl: string, amount: string): Promise<string> {
  const post = async (path: string, body: object): Promise<Record<string, unknown>> => {
    const response = await fetch(`${sandboxUrl}/control${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`)
    return (await response.json()) as Record<string, unknown>
  }
  const from = `0x${'b'.repeat(40)}`
  const sent = await post('/chains/ETH/transfers', { token: 'USDT', from, to: depositAddress, amount })
  await post('/chains/ETH/blocks', { count: 12 })
  return String(sent['hash'])
}

async function inTurn<T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T, index: number) => Promise<void>,
): Promise<void> {
  let next = 0
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let index = next++; index < items.length; index = next++) await work(items[index] as T, index)
    }),
  )
}

/** Asks again where the answer says that asking again helps: setting up is faster than one caller may be. */
async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await ask()
    } catch (error) {
      const retryable = error instanceof Error && 'retryable' in error && error.retryable === true
      if (!retryable || attempt > 100) throw error
      await new Promise((resolve) => setTimeout(resolve, 500))
    }
  }
}
