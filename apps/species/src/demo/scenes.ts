import { SpeciesError } from '@species/sdk'
import { type Player, type Stage, control, pay, trade } from './players.ts'

/** One scene of the demo: what was played, how it must end, and how it did. */
export interface Scene {
  readonly title: string
  readonly must: string
  readonly got: string
  readonly asItMust: boolean
  readonly receipt?: Record<string, unknown>
}

type Cast = Readonly<Record<'alice' | 'bob' | 'carol', Player>>
type Play = () => Promise<Record<string, unknown>>

/** Plays the scenes one after the other. `must` is a receipt's status or the code of its refusal, or a problem's code. */
export async function playScenes(stage: Stage, cast: Cast, seen: (scene: Scene) => void): Promise<Scene[]> {
  const scenes: Scene[] = []
  const { alice, bob, carol } = cast
  const play = async (title: string, must: string, action: Play): Promise<Record<string, unknown> | undefined> => {
    const scene = await perform(title, must, action)
    scenes.push(scene)
    seen(scene)
    return scene.receipt
  }
  const buy = (player: Player, units: number, proof: string, more: object = {}): Promise<Record<string, unknown>> =>
    trade(player.client, {
      from: player.onliId,
      to: 'treasury',
      amount: units,
      payWith: { chain: 'ETH', proof },
      ...more,
    })

  const proof = await pay(stage, alice.walletAddress, '210')
  await play('alice buys 200 units from the treasury', 'COMPLETED', () => buy(alice, 200, proof))
  await play('the same payment cannot pay twice', 'already_claimed', () => buy(alice, 1, proof))
  await play('alice sends bob 50 units', 'COMPLETED', () =>
    trade(alice.client, { from: 'alice', to: 'bob', amount: 50 }),
  )
  const sale = await play('alice offers 40 units at 1.25 USDT', 'COMPLETED', () =>
    trade(alice.client, { from: 'alice', to: 'market', amount: 40, putProceeds: { unitPrice: '1.25' } }),
  )
  const listingId = String(sale?.['listingId'])
  await play(
    'bob buys 10 units of that listing',
    'COMPLETED',
    async () =>
      await trade(bob.client, {
        from: 'bob',
        listingId,
        amount: 10,
        payWith: { chain: 'ETH', proof: await pay(stage, bob.walletAddress, '20') },
      }),
  )
  await play('bob buys 5 units at the best price, from the remaining credit', 'COMPLETED', () =>
    trade(bob.client, { from: 'bob', to: 'market', amount: 5, payWith: { source: 'credit' } }),
  )
  await play(
    'alice cannot buy from herself',
    'own_listing',
    async () => await trade(alice.client, { from: 'alice', listingId, amount: 1, payWith: { source: 'credit' } }),
  )
  await play('alice takes the rest off the market', 'COMPLETED', () =>
    trade(alice.client, { from: 'alice', delist: listingId }),
  )
  await play('the listing is gone', 'listing_gone', () =>
    trade(bob.client, { from: 'bob', listingId, amount: 1, payWith: { source: 'credit' } }),
  )
  await fundPool(stage)
  await play('bob redeems 20 units', 'COMPLETED', () =>
    trade(bob.client, { from: 'bob', to: 'liquidity_pool', amount: 20 }),
  )
  await refusals(stage, cast, play)
  await play('carol may not act for alice', 'not_your_account', () =>
    trade(carol.client, { from: 'alice', to: 'carol', amount: 1 }),
  )
  await play('half a unit is not an amount', 'invalid_amount', () =>
    trade(alice.client, { from: 'alice', to: 'bob', amount: 0.5 }),
  )
  return scenes
}

async function refusals(
  stage: Stage,
  { alice, bob, carol }: Cast,
  play: (title: string, must: string, action: Play) => Promise<unknown>,
): Promise<void> {
  const buyWith =
    (player: Player, payment: () => Promise<string>): Play =>
    async () =>
      await trade(player.client, {
        from: player.onliId,
        to: 'treasury',
        amount: 10,
        payWith: { chain: 'ETH', proof: await payment() },
      })
  await play(
    'carol cannot use a payment of alice',
    'not_bound',
    buyWith(carol, () => pay(stage, alice.walletAddress, '50')),
  )
  await play(
    'a token that only calls itself USDT is refused',
    'wrong_token',
    buyWith(carol, () =>
      pay(stage, carol.walletAddress, '50', { token: '0x1111111111111111111111111111111111111111' }),
    ),
  )
  await play(
    'money sent elsewhere is refused',
    'wrong_recipient',
    buyWith(carol, () => pay(stage, carol.walletAddress, '50', { to: '0x5ec1e5aaaaaaaaaaaaaaaaaaaaaaaaaaaa050001' })),
  )
  await play(
    'a failed transaction is refused',
    'failed_transaction',
    buyWith(carol, () => pay(stage, carol.walletAddress, '50', { status: 'failed' })),
  )
  await play(
    'too little money is refused and kept as credit',
    'insufficient_payment',
    buyWith(carol, () => pay(stage, carol.walletAddress, '3')),
  )
  await play('bob cannot send more units than are free', 'insufficient_units', () =>
    trade(bob.client, { from: 'bob', to: 'carol', amount: 100_000 }),
  )
  await play('an event that means something else than it says is refused', 'intent_mismatch', () =>
    trade(alice.client, { from: 'alice', to: 'bob', amount: 1, intent: 'SELL_MARKET' }),
  )
  await control(stage.sandboxUrl, '/consent', { mode: 'refuse', vault: 'vault-bob' })
  await play('bob does not consent to a transfer', 'consent_refused', () =>
    trade(bob.client, { from: 'bob', to: 'carol', amount: 1 }),
  )
  await control(stage.sandboxUrl, '/consent', { mode: 'grant', vault: 'vault-bob' })
}

/** Operators fund the pool with a payment that is proven like any other. */
async function fundPool(stage: Stage): Promise<void> {
  const proof = await pay(stage, '0x9999999999999999999999999999999999999999', '1000')
  await stage.operator.request('POST', '/admin/v1/claims', {
    payer: 'liquidity_pool',
    chain: 'ETH',
    proof,
    reason: 'the demo funds the liquidity pool',
  })
}

async function perform(title: string, must: string, action: Play): Promise<Scene> {
  try {
    const receipt = await action()
    const refusal = receipt['refusal'] as { code?: string } | undefined
    const got = refusal?.code ?? String(receipt['status'])
    return { title, must, got, asItMust: got === must, receipt }
  } catch (error) {
    if (!(error instanceof SpeciesError)) throw error
    return { title, must, got: error.code, asItMust: error.code === must }
  }
}
