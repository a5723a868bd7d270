import { randomBytes } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { SpeciesError, createClient, createSigner } from '@species/sdk'
import { type Measured, measure } from '../split/measure.ts'
import type { BenchKey } from '../split/prepare.ts'
import { type Population, populate } from '../split/population.ts'
import { type BenchStage, startEmbedded } from '../split/stage.ts'
import type { BenchContext, PartResult } from '../report.ts'

const perSecond = 50
/** What one owner may have waiting to be proven, and live streams. */
const hashesOfOne = 100
const streamsOfOne = 10
const hashes = 3_000
const streams = 1_000

/**
 * The embedded size at a steady pace, alone and then under two attacks on it: 3,000 purchases with hashes of nothing, all accepted, and
 * beside them 1,000 live streams. The control is the same pace of the same users before the attacks.
 */
export async function benchAttacked(context: BenchContext): Promise<PartResult> {
  const stage = await startEmbedded()
  const open = new AbortController()
  try {
    const population = await populate(stage, { users: 300, say: context.say })
    const attackers = population.holders.slice(0, streams / streamsOfOne)
    const honest = { ...population, holders: population.holders.slice(attackers.length) }
    const pace = (name: string, seconds: number): Promise<Measured> =>
      measure(stage, {}, honest, { name, seconds, drive: { kind: 'rate', perSecond }, connections: 40 })
    await pace('warm-up', 3)
    const alone = await pace('alone', context.seconds)
    const waiting = await sendHashes(stage, population, attackers)
    context.say(`purchases with hashes of nothing of ${waiting.size} owners wait`)
    const besideHashes = await pace('beside-hashes', context.seconds)
    const held = await openStreams(stage, population, waiting, open.signal)
    context.say(`${held} live streams are open`)
    const besideStreams = await pace('beside-streams', context.seconds)
    return resultOf({ alone, besideHashes, besideStreams }, { waiting: waiting.size, held })
  } finally {
    open.abort()
    await stage.stop()
  }
}

function keyOf({ keys }: Population, owner: string): BenchKey {
  const key = keys.get(owner)
  if (!key) throw new Error(`no key of ${owner}`)
  return key
}

/** Purchases that wait for payments which never come, as many as each owner may have. Answers with one of each owner. */
async function sendHashes(
  stage: BenchStage,
  population: Population,
  attackers: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const waiting = new Map<string, string>()
  const senders = Math.ceil(hashes / hashesOfOne)
  const each = async (owner: string, index: number): Promise<void> => {
    const client = createClient({ baseUrl: stage.url, signer: createSigner(keyOf(population, owner)) })
    for (let nth = 0; nth < (index < senders ? hashesOfOne : 1); nth++) {
      const proof = `0x${randomBytes(32).toString('hex')}`
      const eventId = `nothing-${owner}-${nth}`
      const payWith = { source: 'chain', currency: 'USDT', chain: 'ETH', proof } as const
      await untilTaken(() => client.submitEvent({ eventId, from: owner, to: 'treasury', amount: 1, payWith }))
      waiting.set(owner, eventId)
    }
  }
  await Promise.all(attackers.map(each))
  return waiting
}

/** Sends again for as long as it is told to come later: beside others an owner has a share of what is under way. */
async function untilTaken(send: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await send()
      return
    } catch (error) {
      // The same event under its id is accepted once, also where the answer was lost.
      if (!(error instanceof SpeciesError) || error.outcome === 'refused') throw error
      await setTimeout(error.retryAfterMs ?? 1_000)
    }
  }
}

/** As many live streams of each owner as one may have. Answers with how many were opened. */
async function openStreams(
  stage: BenchStage,
  population: Population,
  events: ReadonlyMap<string, string>,
  signal: AbortSignal,
): Promise<number> {
  let held = 0
  for (const [owner, eventId] of events) {
    const signer = createSigner(keyOf(population, owner))
    const url = `${stage.url}/marketplace/v1/events/${eventId}/stream`
    for (let nth = 0; nth < streamsOfOne; nth++) {
      const headers = await signer.headersFor({ method: 'GET', url, body: undefined })
      const response = await fetch(url, { headers, signal })
      if (response.ok) {
        held++
        void drain(response)
      } else await response.body?.cancel()
    }
  }
  return held
}

async function drain(response: Response): Promise<void> {
  try {
    for await (const _ of response.body ?? []);
  } catch {
    // It ends with the measurement.
  }
}

function resultOf(
  runs: Readonly<Record<'alone' | 'besideHashes' | 'besideStreams', Measured>>,
  { waiting, held }: { readonly waiting: number; readonly held: number },
): PartResult {
  const inWords = ({ acceptMs, completed, failed, unfinished }: Measured): string =>
    `accept p50 ${acceptMs.p50}  p95 ${acceptMs.p95}  p99 ${acceptMs.p99} ms; ${completed} completed, ${failed} failed, ${unfinished} unfinished`
  const { alone, besideHashes, besideStreams } = runs
  const ratio = (run: Measured): number => alone.acceptMs.p95 / run.acceptMs.p95
  return {
    name: `attacked: everything on PGlite, ${perSecond} events a second`,
    lines: [
      ['alone', inWords(alone)],
      [`beside ${hashes} hashes of nothing of ${Math.ceil(hashes / hashesOfOne)} owners`, inWords(besideHashes)],
      [`and ${held} streams of ${waiting} owners`, inWords(besideStreams)],
    ],
    ratios: { aloneToBesideHashes: ratio(besideHashes), aloneToBesideStreams: ratio(besideStreams) },
    figures: runs,
  }
}
