import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { State } from '@species/contracts'
import { type NewEvent, createClient, createSigner } from '@species/sdk'
import { generateEd25519 } from '@species/sdk/node'
import { trade } from '../../apps/species/src/demo/players.ts'
import { playScenes } from '../../apps/species/src/demo/scenes.ts'
import { type AttackStage, until } from '../attacks/attack-stage.ts'
import type { FreezingBus } from './freezing-bus.ts'

/** An event that is left unfinished, with the states in which it may end once later code takes over. */
export interface Unfinished {
  readonly eventId: string
  readonly owner: string
  readonly endsAs: readonly State[]
}

/** States whose message is held back, each with an event of its own, and how such an event ends once it goes on. */
const heldAt = {
  accepted: 'completed',
  classified: 'completed',
  validated: 'completed',
  matched: 'completed',
  funded: 'completed',
  delivered: 'completed',
  confirmed: 'completed',
  settled: 'completed',
  refused: 'failed',
  cancelled: 'failed',
  released: 'failed',
  returned: 'failed',
} as const satisfies Partial<Record<State, State>>

/** Makes rows of every kind, then leaves events in every state. Answers with the events that are unfinished. */
export async function playEverything(stage: AttackStage, bus: FreezingBus): Promise<Unfinished[]> {
  await playScenes(stage, stage.players, () => undefined)
  await disputeOf(stage)
  await manageAccess(stage)
  await everyChain(stage)
  await observeOutside(stage)
  const listings = await openListings(stage, bus)
  return [
    ...(await reviewed(stage)),
    ...(await parked(stage, bus)),
    ...(await held(stage, bus, listings)),
    ...(await waiting(stage)),
  ]
}

const event = (name: string): string => `frozen-${name}`

/** A payment that vanishes in a reorganisation: a reversal, a debt, a freeze and a superseding receipt. */
async function disputeOf(stage: AttackStage): Promise<void> {
  const { carol } = stage.players
  await configureEth(stage, 1)
  const proof = await stage.pay('carol', '10.05', { confirmations: 1 })
  const eventId = event('disputed')
  await stage.trade('carol', { eventId, to: 'treasury', amount: 10, payWith: { chain: 'ETH', proof } })
  await stage.control('/chains/ETH/reorg', { depth: 3 })
  await until(
    () => stage.state('carol', eventId),
    (state) => state === 'disputed',
    120_000,
  )
  await stage.operator.request('POST', `/admin/v1/users/${carol.onliId}/status`, {
    status: 'active',
    reason: 'the debt is accepted for now',
  })
  await stage.operator.request('POST', `/admin/v1/users/${carol.onliId}/status`, {
    status: 'frozen',
    reason: 'until the debt is paid',
  })
  await configureEth(stage, 12)
}

async function configureEth(stage: AttackStage, confirmations: number): Promise<void> {
  await stage.configure((config) => ({
    ...config,
    vanishedAfterMs: 10_000,
    chains: { ...config.chains, ETH: { ...config.chains.ETH, confirmations } },
  }))
}

/** Keys of both algorithms, limited, rotated, revoked; a released wallet, an open challenge, a suspended user. */
async function manageAccess(stage: AttackStage): Promise<void> {
  const { client, walletAddress } = stage.players.bob
  const create = async (body: object): Promise<string> =>
    ((await client.request('POST', '/marketplace/v1/keys', body)).body as { keyId: string }).keyId
  const limits = {
    unitsPerTrade: '5',
    unitsPerHour: '10',
    unitsPerDay: '20',
    intents: ['TRANSFER'],
    counterparties: ['alice'],
  }
  const rotated = await create({ alg: 'hmac', scopes: ['read', 'trade'], limits })
  await client.request('POST', `/marketplace/v1/keys/${rotated}/rotate`, { overlapSeconds: 3_600 })
  const limited = generateEd25519()
  const keyId = await create({ alg: 'ed25519', publicKey: limited.publicKey, scopes: ['read', 'trade'], limits })
  const signer = createSigner({ keyId, alg: 'ed25519', privateKey: limited.privateKey })
  await trade(createClient({ baseUrl: stage.baseUrl, signer }), { from: 'bob', to: 'alice', amount: 2 })
  const { publicKey } = generateEd25519()
  const revoked = await create({ alg: 'ed25519', publicKey, scopes: ['read'], expiresAt: '2099-01-01T00:00:00Z' })
  await client.request('DELETE', `/marketplace/v1/keys/${revoked}`)
  await client.request('POST', '/marketplace/v1/wallets/challenges', {
    chain: 'ETH',
    address: '0x52908400098527886E0F7030069857D2E4169EE7',
  })
  await client.request('DELETE', `/marketplace/v1/wallets/ETH/${walletAddress}`)
  await stage.operator.request('POST', '/admin/v1/users', {
    onliId: 'dora',
    profileTray: { displayName: 'Dora', language: 'de-AT', timeZone: 'Europe/Vienna' },
  })
  await stage.operator.request('POST', '/admin/v1/users/dora/status', {
    status: 'suspended',
    reason: 'left the market',
  })
}

/** A claim on every chain: BSC has 18 decimals, TRON other addresses. */
async function everyChain(stage: AttackStage): Promise<void> {
  const config = (await stage.operator.request('GET', '/admin/v1/config')).body as {
    config: { chains: Record<string, { depositAddresses: string[] }> }
  }
  const from = { BSC: stage.players.alice.walletAddress, POLYGON: stage.players.alice.walletAddress }
  for (const chain of ['BSC', 'POLYGON', 'TRON'] as const) {
    const { hash } = await stage.control(`/chains/${chain}/transfers`, {
      token: 'USDT',
      from: chain === 'TRON' ? 'TJRabPrwbZy45sbavfcjinPJC18kjpRTv8' : from[chain],
      to: config.config.chains[chain]?.depositAddresses[0],
      amount: '25.000001',
    })
    await stage.control(`/chains/${chain}/blocks`, { count: 120 })
    if (chain === 'TRON')
      await stage.operator.request('POST', '/admin/v1/claims', {
        payer: 'alice',
        chain,
        proof: hash,
        reason: 'alice has shown the exchange’s statement',
      })
    else await stage.trade('alice', { to: 'treasury', amount: 20, payWith: { chain, proof: hash } })
  }
}

/** Units that left a vault outside the marketplace. */
async function observeOutside(stage: AttackStage): Promise<void> {
  await stage.control('/vaults', { vault: 'vault-alice', amount: 7 })
  await stage.operator.request('POST', '/admin/v1/reconciliations', {})
  await stage.control('/vaults', { vault: 'vault-alice', amount: -2 })
  await stage.operator.request('POST', '/admin/v1/reconciliations', {})
}

/** A listing that expires, one that was taken off, and one of bob's that stays open, partly sold. */
async function openListings(stage: AttackStage, bus: FreezingBus): Promise<string> {
  await stage.sell('alice', 2, '9', { expiresAt: new Date(Date.now() + 2_000).toISOString() })
  await until(
    () => Promise.resolve(bus.saw('listing.lapsed')),
    (saw) => saw,
    60_000,
  )
  const closed = await stage.sell('alice', 3, '9.5', { expiresAt: new Date(Date.now() + 3_600_000).toISOString() })
  await stage.trade('alice', { eventId: event('delisted'), delist: closed })
  const open = await stage.sell('bob', 15, '1.5')
  await stage.trade('alice', { listingId: open, amount: 2, payWith: { source: 'credit' } })
  return open
}

/** The oracle names another owner: one review is decided, one is left open. */
async function reviewed(stage: AttackStage): Promise<Unfinished[]> {
  await stage.control('/faults', { partner: 'onli', operation: 'VerifyOperations', kind: 'wrong', how: 'owner' })
  for (const name of ['review-decided', 'review-open'])
    await stage.players.alice.client.submitEvent({ eventId: event(name), from: 'alice', to: 'bob', amount: 1 })
  const { reviews } = await until(
    async () =>
      (await stage.operator.request('GET', '/admin/v1/reviews')).body as {
        reviews: { eventKey: string; eventId: string }[]
      },
    (answer) => answer.reviews.length >= 2,
    60_000,
  )
  await stage.noFaults()
  const decided = reviews.find((review) => review.eventId === event('review-decided'))
  await stage.operator.request('POST', `/admin/v1/reviews/${decided?.eventKey ?? ''}`, {
    decision: 'confirm',
    reason: 'Onli Cloud’s support has confirmed it',
  })
  return [{ eventId: event('review-open'), owner: 'alice', endsAs: ['review'] }]
}

/** A message that fails each time is left aside as a dead letter. */
async function parked(stage: AttackStage, bus: FreezingBus): Promise<Unfinished[]> {
  const eventId = event('dead-letter')
  bus.poison(eventId, 'validated')
  await stage.players.alice.client.submitEvent({ eventId, from: 'alice', to: 'bob', amount: 1 })
  await until(
    async () => (await stage.operator.request('GET', '/admin/v1/dead-letters')).body as { deadLetters: unknown[] },
    (answer) => answer.deadLetters.length > 0,
    60_000,
  )
  return [{ eventId, owner: 'alice', endsAs: ['completed'] }]
}

/** Events that wait for confirmations, for consent, for an answer that did not come, and a refused one whose payment is still watched for. */
async function waiting(stage: AttackStage): Promise<Unfinished[]> {
  const { alice, bob } = stage.players
  await stage.configure((config) => ({ ...config, deadlines: { ...config.deadlines, paymentMs: 1_000 } }))
  await stage.trade('alice', {
    eventId: event('watched'),
    from: 'alice',
    to: 'treasury',
    amount: 10,
    payWith: { chain: 'ETH', proof: `0x${randomBytes(32).toString('hex')}` },
  })
  await stage.configure((config) => ({ ...config, deadlines: { ...config.deadlines, paymentMs: 3_600_000 } }))
  const unconfirmed = await stage.pay('alice', '11', { confirmations: 1 })
  const buy = { from: 'alice', to: 'treasury', amount: 10 }
  await alice.client.submitEvent({
    ...buy,
    eventId: event('waits-for-blocks'),
    payWith: { chain: 'ETH', proof: unconfirmed },
  })
  await stage.control('/consent', { mode: 'stall', vault: 'vault-bob' })
  await bob.client.submitEvent({ eventId: event('waits-for-consent'), from: 'bob', to: 'alice', amount: 1 })
  for (const [name, owner] of [
    ['waits-for-blocks', 'alice'],
    ['waits-for-consent', 'bob'],
  ] as const)
    await until(
      () => stage.state(owner, event(name)),
      (state) => state === 'waiting',
    )
  await stage.control('/faults', { partner: 'onli', operation: 'ChangeOwner', kind: 'error', times: 500 })
  await alice.client.submitEvent({ eventId: event('waits-for-an-answer'), from: 'alice', to: 'bob', amount: 1 })
  await until(
    () => stage.state('alice', event('waits-for-an-answer')),
    (state) => state === 'funded' || state === 'waiting',
  )
  // The attempt is stored before the call and stays unanswered.
  await pause(3_000)
  return [
    { eventId: event('waits-for-an-answer'), owner: 'alice', endsAs: ['completed'] },
    { eventId: event('waits-for-blocks'), owner: 'alice', endsAs: ['completed', 'failed'] },
    { eventId: event('waits-for-consent'), owner: 'bob', endsAs: ['completed', 'failed'] },
  ]
}

/** An event of each intent, held at each state of both roads. */
async function held(stage: AttackStage, bus: FreezingBus, listingId: string): Promise<Unfinished[]> {
  const unfinished: Unfinished[] = []
  const payment = async (): Promise<object> => ({ chain: 'ETH', proof: await stage.pay('alice', '12') })
  const forward: Record<string, () => object | Promise<object>> = {
    'buy-treasury': async () => ({ from: 'alice', to: 'treasury', amount: 10, payWith: await payment() }),
    'buy-market': () => ({ from: 'alice', to: 'market', listingId, amount: 1, payWith: { source: 'credit' } }),
    transfer: () => ({ from: 'alice', to: 'bob', amount: 1, intent: 'TRANSFER' }),
    sell: () => ({ from: 'alice', to: 'market', amount: 4, putProceeds: { unitPrice: '2.25' } }),
    redeem: () => ({ from: 'alice', to: 'liquidity_pool', amount: 1 }),
    delist: async () => ({ from: 'alice', delist: await stage.sell('alice', 2, '8') }),
  }
  const refused = { transfer: () => ({ from: 'alice', to: 'bob', amount: 1_000_000 }) }
  for (const [state, endsAs] of Object.entries(heldAt) as [keyof typeof heldAt, State][])
    for (const [intent, make] of Object.entries(endsAs === 'completed' ? forward : refused)) {
      const eventId = event(`held-at-${state}-${intent}`)
      bus.hold(eventId, state)
      await stage.players.alice.client.submitEvent({ eventId, ...(await make()) } as NewEvent)
      unfinished.push({ eventId, owner: 'alice', endsAs: [endsAs] })
    }
  await until(
    () => Promise.resolve(unfinished.filter(({ eventId }) => !bus.isHeldBack(eventId))),
    (underWay) => underWay.length === 0,
    60_000,
  )
  return unfinished
}
