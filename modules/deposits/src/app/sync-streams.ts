import { type Chain, type ChainStreams, type MarketplaceConfig, comparable } from '@species/contracts'
import type { Outcome } from '@species/kernel'
import { type FoundStream, type StreamStep, planStreams } from '../domain/stream-plan.ts'

/** Addresses that one call names. */
const addressesAtOnce = 100

/** What was to be done, what of it is done, and why the rest is not. */
export interface StreamSync {
  readonly steps: readonly StreamStep[]
  readonly done: number
  /** Undefined: all is done, or nothing was to be. */
  readonly stoppedBy: string | undefined
}

/**
 * Makes the streams of a partner what the configuration has: one for each chain, with its deposit addresses, the addresses of quotes and
 * our wallets. A call whose outcome is unknown ends it; the same again goes on from what the partner then has.
 */
export async function syncStreams(
  streams: ChainStreams,
  config: MarketplaceConfig,
  isDryRun: boolean,
): Promise<StreamSync> {
  const found = await findStreams(streams)
  if (typeof found === 'string') return { steps: [], done: 0, stoppedBy: found }
  const steps = planStreams(wantedAddresses(streams.chains, config), found)
  if (isDryRun) return { steps, done: 0, stoppedBy: undefined }
  for (const [done, step] of steps.entries()) {
    const fault = await take(streams, step)
    if (fault !== undefined) return { steps, done, stoppedBy: fault }
  }
  return { steps, done: steps.length, stoppedBy: undefined }
}

/** A chain that is closed needs none; money that comes to it all the same is found in its list. */
function wantedAddresses(chains: readonly Chain[], config: MarketplaceConfig): Map<Chain, string[]> {
  return new Map(
    chains.map((chain) => {
      const { enabled, depositAddresses, quoteAddresses, ourWallets } = config.chains[chain]
      const all = [...depositAddresses, ...quoteAddresses, ...ourWallets].map((one) => comparable(chain, one))
      return [chain, enabled ? [...new Set(all)].sort() : []]
    }),
  )
}

async function findStreams(streams: ChainStreams): Promise<FoundStream[] | string> {
  const listed = await streams.list()
  if (listed.kind !== 'yes') return reasonOf(listed)
  const found: FoundStream[] = []
  for (const stream of listed.value) {
    const addresses = await streams.addresses(stream.id)
    if (addresses.kind !== 'yes') return reasonOf(addresses)
    found.push({ ...stream, addresses: addresses.value })
  }
  return found
}

/** Why it could not be done; undefined where it was. */
async function take(streams: ChainStreams, step: StreamStep): Promise<string | undefined> {
  switch (step.do) {
    case 'create': {
      const made = await streams.create(step.chain)
      return made.kind === 'yes' ? await inParts(streams, 'add', made.value.id, step.addresses) : reasonOf(made)
    }
    case 'add':
    case 'drop':
      return await inParts(streams, step.do, step.id, step.addresses)
    case 'resume':
    case 'remove':
      return faultOf(await streams[step.do](step.id))
  }
}

async function inParts(
  streams: ChainStreams,
  what: 'add' | 'drop',
  id: string,
  addresses: readonly string[],
): Promise<string | undefined> {
  for (let from = 0; from < addresses.length; from += addressesAtOnce) {
    const fault = faultOf(await streams[what](id, addresses.slice(from, from + addressesAtOnce)))
    if (fault !== undefined) return fault
  }
  return undefined
}

function faultOf(outcome: Outcome<unknown>): string | undefined {
  return outcome.kind === 'yes' ? undefined : reasonOf(outcome)
}

function reasonOf(outcome: Exclude<Outcome<unknown>, { kind: 'yes' }>): string {
  return outcome.kind === 'no' ? outcome.refusal.detail : outcome.reason
}
