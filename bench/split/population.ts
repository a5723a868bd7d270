import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createClient, createSigner } from '@species/sdk'
import { generateEd25519 } from '@species/sdk/node'
import type { BenchKey } from './prepare.ts'
import type { BenchStage } from './stage.ts'

export interface Population {
  readonly holders: string[]
  readonly buyers: string[]
  readonly keys: Map<string, BenchKey>
}

const depositAddress = '0x5ec1e55ec1e55ec1e55ec1e55ec1e55ec1e50001'

type Client = ReturnType<typeof createClient>

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
  const operator = createClient({ baseUrl: stage.url, signer: createSigner({ alg: 'ed25519', ...operatorKey }) })
  const names = Array.from({ length: options.users }, (_, index) => `user-${index}`)
  const buyers = names.slice(0, Math.max(1, Math.ceil(names.length / 10)))
  const holders = names.slice(buyers.length)
  const keys = await makeUsers(operator, ['bank', ...names], options.say)
  await giveMoney(stage, operator, buyers)
  options.say('the buyers have credit')
  const clientOf = (name: string): Client => {
    const key = keys.get(name)
    if (!key) throw new Error(`no key of ${name}`)
    return createClient({ baseUrl: stage.url, signer: createSigner(key) })
  }
  await giveUnits(clientOf('bank'), holders)
  await openBook(clientOf, holders.slice(0, 50))
  options.say('the holders have units, and the book is open')
  return { holders, buyers, keys }
}

/** Half sign by Ed25519, as the SDK prefers, half by a shared secret. */
async function makeUsers(
  operator: Client,
  names: readonly string[],
  say: (line: string) => void,
): Promise<Map<string, BenchKey>> {
  const keys = new Map<string, BenchKey>()
  await inTurn(names, 16, async (name, index) => {
    await patiently(() => operator.request('POST', '/admin/v1/users', { onliId: name, profileTray: {} }))
    const pair = index % 2 === 0 ? generateEd25519() : undefined
    const { body } = await patiently(() =>
      operator.request('POST', `/admin/v1/users/${name}/keys`, {
        alg: pair ? 'ed25519' : 'hmac',
        ...(pair ? { publicKey: pair.publicKey } : {}),
        scopes: ['read', 'trade'],
      }),
    )
    const { keyId, secret } = body as { keyId: string; secret?: string }
    keys.set(
      name,
      pair ? { keyId, alg: 'ed25519', privateKey: pair.privateKey } : { keyId, alg: 'hmac', secret: secret ?? '' },
    )
    if (index % 1_000 === 999) say(`${index + 1} users`)
  })
  return keys
}

/** Payments on the sandbox's chain, claimed on an operator's word: for the pool, the bank and the buyers. */
async function giveMoney(stage: BenchStage, operator: Client, buyers: readonly string[]): Promise<void> {
  const reason = 'benchmark: money to trade with'
  const claim = async (payer: string, amount: string): Promise<void> => {
    const proof = await mint(stage.sandboxUrl, amount)
    await patiently(() => operator.request('POST', '/admin/v1/claims', { payer, chain: 'ETH', proof, reason }))
  }
  await claim('liquidity_pool', '100000000')
  await claim('bank', '100000000')
  await inTurn(buyers, 8, (name) => claim(name, '1000000'))
}

async function giveUnits(bank: Client, holders: readonly string[]): Promise<void> {
  const each = 2_000
  const payWith = { source: 'credit' } as const
  await bank.submitEvent({ eventId: 'bank-buys', from: 'bank', to: 'treasury', amount: holders.length * each, payWith })
  await bank.waitForEnd('bank-buys', { timeoutMs: 60_000 })
  await inTurn(holders, 64, async (name) => {
    await patiently(() => bank.submitEvent({ eventId: `gift-${name}`, from: 'bank', to: name, amount: each }))
  })
  await inTurn(holders, 8, async (name) => {
    await patiently(() => bank.waitForEnd(`gift-${name}`, { timeoutMs: 120_000 }))
  })
}

async function openBook(clientOf: (name: string) => Client, sellers: readonly string[]): Promise<void> {
  await inTurn(sellers, 16, async (name) => {
    const client = clientOf(name)
    await client.submitEvent({ eventId: 'first-sale', from: name, to: 'market', amount: 100, putProceeds: {} })
    await client.waitForEnd('first-sale', { timeoutMs: 60_000 })
  })
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
