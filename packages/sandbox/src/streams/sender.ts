import { setTimeout as pause } from 'node:timers/promises'
import type { ChainName } from '../chains/profile.ts'
import type { FaultBoard } from '../faults/board.ts'
import type { World } from '../state/world.ts'
import { type BlockNews, type Delivery, blockBody, signed } from './delivery.ts'
import type { Stream } from './entry.ts'

/** The chains that Streams has, by its number for them, and the depth at which it calls a block confirmed. */
const streamed: Readonly<Record<string, { readonly chain: ChainName; readonly depth: number }>> = {
  '0x1': { chain: 'ETH', depth: 12 },
  '0x38': { chain: 'BSC', depth: 18 },
  '0x89': { chain: 'POLYGON', depth: 100 },
}

const lookEveryMs = 200
/** The real one waits for minutes and hours; the last failure is final. */
const retriesMs = [1_000, 2_000, 4_000]
const answerMs = 5_000
const keptDeliveries = 200

/** What was sent, and what was answered; undefined: nothing. */
export interface Sent {
  readonly delivery: Delivery
  readonly streamId: string
  readonly confirmed: boolean
  status: number | undefined
}

interface Pending {
  readonly streamId: string
  readonly chainId: string
  readonly number: number
  readonly hash: string
}

export interface SenderDeps {
  readonly world: World
  readonly board: FaultBoard
  readonly closing: AbortSignal
  readonly log: (line: string, fields?: object) => void
}

/** Sends what happens on the chains to the webhooks of streams: each block at inclusion, and again when it is confirmed. */
export class StreamSender {
  readonly #deps: SenderDeps
  /** Up to which block each chain was told of. */
  readonly #toldTo = new Map<string, number>()
  #pending: Pending[] = []
  readonly #sent: Sent[] = []
  /** A delivery that is held back, so that a later one comes before it. */
  #heldBack: (() => Promise<unknown>)[] = []
  readonly #timer: NodeJS.Timeout

  constructor(deps: SenderDeps) {
    this.#deps = deps
    const { world } = deps
    for (const [chainId, { chain }] of Object.entries(streamed))
      this.#toldTo.set(chainId, world.chains[chain].head(world.now()))
    this.#timer = setInterval(() => {
      this.#look()
    }, lookEveryMs)
    this.#timer.unref()
  }

  /** The last deliveries, oldest first. */
  get sent(): readonly Sent[] {
    return this.#sent
  }

  close(): void {
    clearInterval(this.#timer)
  }

  /** Sends what was sent before once more, as it was. */
  async replay(): Promise<number> {
    const before = [...this.#sent]
    for (const { delivery, streamId, confirmed } of before) await this.#post({ delivery, streamId, confirmed })
    return before.length
  }

  /** Sends one delivery, and says what was answered. */
  async post(delivery: Delivery, streamId: string): Promise<number | undefined> {
    return await this.#post({ delivery, streamId, confirmed: false })
  }

  #look(): void {
    const { world } = this.#deps
    for (const [chainId, { chain: name, depth }] of Object.entries(streamed)) {
      const chain = world.chains[name]
      const head = chain.head(world.now())
      const from = Math.min(this.#toldTo.get(chainId) ?? head, head)
      this.#toldTo.set(chainId, head)
      for (const tx of chain.transactionsAbove(from)) {
        for (const stream of this.#watching(chainId, [tx.hash], name))
          this.#pending.push({ streamId: stream.id, chainId, number: tx.block, hash: tx.hash })
        this.#tell(chainId, name, tx.hash, false)
      }
      const due = this.#pending.filter((one) => one.chainId === chainId && head - one.number + 1 > depth)
      this.#pending = this.#pending.filter((one) => !due.includes(one))
      // What was mined again in another block is confirmed there.
      const standing = due.filter((one) => chain.transaction(one.hash)?.block === one.number)
      for (const hash of new Set(standing.map((one) => one.hash))) this.#tell(chainId, name, hash, true)
    }
  }

  /** Active streams of a chain that watch an address of one of these transactions. */
  #watching(chainId: string, hashes: readonly string[], name: ChainName): Stream[] {
    const { world } = this.#deps
    const logs = hashes.flatMap((hash) => world.chains[name].transaction(hash)?.logs ?? [])
    const touched = new Set(logs.flatMap(({ from, to }) => [`0x${from}`, `0x${to}`]))
    return [...world.streams.values()].filter(
      (stream) =>
        stream.status === 'active' &&
        stream.chainIds.includes(chainId) &&
        stream.addresses.some((address) => touched.has(address)),
    )
  }

  #tell(chainId: string, name: ChainName, hash: string, confirmed: boolean): void {
    const { world } = this.#deps
    const tx = world.chains[name].transaction(hash)
    const block = tx && world.chains[name].block(tx.block, world.now())
    // A block that is gone is never confirmed.
    if (!tx || !block) return
    const news: BlockNews = { profile: world.chains[name].profile, chainId, block, transactions: [tx], confirmed }
    for (const stream of this.#watching(chainId, [hash], name))
      this.#deliver(stream, news).catch((error: unknown) => {
        if (!this.#deps.closing.aborted) this.#deps.log('sandbox: delivery failed', { error: String(error) })
      })
  }

  async #deliver(stream: Stream, news: BlockNews): Promise<void> {
    const { board, closing } = this.#deps
    for (let retries = 0; ; retries++) {
      const faults = board.take('streams', 'deliver')
      const lies = faults.flatMap((fault) => (fault.kind === 'wrong' ? [fault.how] : []))
      const send = async (): Promise<number | undefined> => {
        const delivery = falsified(stream, blockBody(stream, news, retries), lies)
        return await this.#post({ delivery, streamId: stream.id, confirmed: news.confirmed })
      }
      for (const fault of faults) if (fault.kind === 'latency') await pause(fault.ms, undefined, { signal: closing })
      if (lies.includes('reorder')) {
        this.#heldBack.push(send)
        return
      }
      const isLost = faults.some(({ kind }) => kind === 'down' || kind === 'error')
      const status = isLost ? undefined : await send()
      if (faults.some(({ kind }) => kind === 'duplicate')) await send()
      for (const late of this.#heldBack.splice(0)) await late()
      const waitMs = retriesMs[retries]
      if ((status !== undefined && status >= 200 && status < 300) || waitMs === undefined) return
      await pause(waitMs, undefined, { signal: closing })
    }
  }

  async #post(what: Omit<Sent, 'status'>): Promise<number | undefined> {
    const { url, body, signature } = what.delivery
    const sent: Sent = { ...what, status: undefined }
    this.#sent.push(sent)
    if (this.#sent.length > keptDeliveries) this.#sent.shift()
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-signature': signature, 'x-stream-id': what.streamId },
        body,
        redirect: 'manual',
        signal: AbortSignal.any([this.#deps.closing, AbortSignal.timeout(answerMs)]),
      })
      await response.body?.cancel()
      sent.status = response.status
    } catch {
      // No answer is an answer here: the delivery is tried again.
    }
    return sent.status
  }
}

/** The delivery with what faults make of it. */
function falsified({ webhookUrl, secret }: Stream, honest: object, lies: readonly string[]): Delivery {
  const isForeign = lies.includes('unknown_stream')
  const body = isForeign ? { ...honest, streamId: 'another', tag: 'another' } : honest
  const delivery = signed(webhookUrl, body, secret)
  if (lies.includes('garbage')) return { ...delivery, body: delivery.body.slice(0, -20) }
  return lies.includes('forged') ? { ...delivery, signature: `0x${'ab'.repeat(32)}` } : delivery
}
