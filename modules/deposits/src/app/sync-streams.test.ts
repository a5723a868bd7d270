import { type Chain, type ChainStreams, type MarketplaceConfig, chains } from '@species/contracts'
import { unknown, yes } from '@species/kernel'
import { expect, test } from 'vitest'
import { syncStreams } from './sync-streams.ts'

const address = (n: number): string => `0x${n.toString(16).padStart(40, '0')}`
const of = (eth: Partial<MarketplaceConfig['chains']['ETH']>): MarketplaceConfig => {
  const closed = { enabled: false, depositAddresses: [], quoteAddresses: [], ourWallets: [] }
  const all = Object.fromEntries(chains.map((chain) => [chain, closed]))
  return { chains: { ...all, ETH: { ...closed, enabled: true, ...eth } } } as unknown as MarketplaceConfig
}

/** A partner in memory; `failAt` calls that change something are refused, or work and are not answered. */
function partner() {
  interface Kept {
    chain: Chain
    addresses: string[]
    isActive: boolean
  }
  const streams = new Map<string, Kept>()
  const state = { calls: 0, failAt: 0, worksAllTheSame: false }
  const change = <T>(run: () => T) => {
    const isFailing = ++state.calls === state.failAt
    if (isFailing && !state.worksAllTheSame) return Promise.resolve(unknown('no answer'))
    const value = run()
    return Promise.resolve(isFailing ? unknown('no answer') : yes(value))
  }
  const get = (id: string): Kept => streams.get(id) ?? { chain: 'ETH', addresses: [], isActive: true }
  const port: ChainStreams = {
    chains: ['ETH', 'BSC'],
    list: () => Promise.resolve(yes([...streams].map(([id, { chain, isActive }]) => ({ id, chain, isActive })))),
    addresses: (id) => Promise.resolve(yes(get(id).addresses)),
    create: (chain) =>
      change(() => {
        const id = `s${streams.size + 1}-${state.calls}`
        streams.set(id, { chain, addresses: [], isActive: true })
        return { id }
      }),
    remove: (id) => change(() => (streams.delete(id), true as const)),
    resume: (id) => change(() => ((get(id).isActive = true), true as const)),
    add: (id, addresses) => change(() => (get(id).addresses.push(...addresses), true as const)),
    drop: (id, addresses) =>
      change(() => {
        get(id).addresses = get(id).addresses.filter((one) => !addresses.includes(one))
        return true as const
      }),
  }
  const shown = (): string[] =>
    [...streams.values()].map(({ chain, addresses, isActive }) => `${chain} ${addresses.length} ${String(isActive)}`)
  return { port, streams, state, shown }
}

const many = (count: number): string[] => Array.from({ length: count }, (_, n) => address(n + 1))
const all = { depositAddresses: many(2), quoteAddresses: many(250), ourWallets: [address(2), address(9_999)] }

test('streams become what the configuration has, and then nothing is to be done', async () => {
  const { port, shown } = partner()
  expect((await syncStreams(port, of(all), false)).steps.map((step) => step.do)).toEqual(['create'])
  expect(shown()).toEqual(['ETH 251 true'])
  expect(await syncStreams(port, of(all), false)).toEqual({ steps: [], done: 0, stoppedBy: undefined })
})

test('a dry run says the same and does nothing', async () => {
  const { port, shown, state } = partner()
  const dry = await syncStreams(port, of(all), true)
  expect([dry.steps.length, state.calls, shown()]).toEqual([1, 0, []])
  expect((await syncStreams(port, of(all), false)).steps).toEqual(dry.steps)
})

test('addresses come and go with the configuration, a stopped stream goes on, and a second one of a chain goes', async () => {
  const { port, streams, shown } = partner()
  await syncStreams(port, of(all), false)
  for (const stream of streams.values()) stream.isActive = false
  streams.set('second', { chain: 'ETH', addresses: [], isActive: true })
  streams.set('closed', { chain: 'BSC', addresses: [address(1)], isActive: true })
  const changed = of({ depositAddresses: [address(5_000)], ourWallets: [address(9_999)] })
  expect((await syncStreams(port, changed, false)).steps.map((step) => step.do)).toEqual([
    'resume',
    'add',
    'drop',
    'remove',
    'remove',
  ])
  expect(shown()).toEqual(['ETH 2 true'])
  await syncStreams(port, of({ enabled: false, depositAddresses: many(1) }), false)
  expect(shown()).toEqual([])
})

test.each([true, false])('ended at any call, which worked: %s, the same again ends where it should', async (works) => {
  for (let failAt = 1; failAt <= 5; failAt++) {
    const { port, state, shown } = partner()
    Object.assign(state, { failAt, worksAllTheSame: works })
    const first = await syncStreams(port, of(all), false)
    expect(first.stoppedBy === undefined).toBe(failAt > 4)
    expect((await syncStreams(port, of(all), false)).stoppedBy).toBeUndefined()
    expect(shown()).toEqual(['ETH 251 true'])
  }
})
