import { coalesce } from '@species/platform'
import { secretsInForce } from '../adapters/secret-rows.ts'
import { signedHeaders } from '../adapters/signature.ts'
import {
  type Attempt,
  type DueDelivery,
  type Turn,
  dueOf,
  endTurn,
  storeAttempts,
  takeTurns,
} from '../adapters/turn-rows.ts'
import { type Verdict, afterTurn, failureInWords, judge } from '../domain/delivery.ts'
import type { WebhooksDeps } from './deps.ts'

/** Turns at the same time in one process; and of one owner, in all processes. */
const maxTurns = 64
const maxTurnsOfOwner = 4
/** Deliveries of one turn, and calls of one turn at the same time. */
const maxPerTurn = 32
const maxAtOnce = 8
/** A turn begins no further call after this. Its lease is longer by far more than one call takes. */
const longestTurnMs = 20_000
const leaseMs = 60_000

export interface Turns {
  /** Begins the turns of endpoints that have something due, as far as there is room. Does not wait for their ends. */
  look(): Promise<void>
  /** Waits until no turn is under way here. */
  idle(): Promise<void>
  /** Begins nothing more, and waits for what is under way. */
  stop(): Promise<void>
}

type Deps = Pick<WebhooksDeps, 'database' | 'clock' | 'retention' | 'ids' | 'log' | 'metrics' | 'sealer' | 'sender'>

/** Sends what is due, in turns by owner and endpoint: one that is slow holds up only itself. */
export function createTurns(deps: Deps): Turns {
  const running = new Set<Promise<void>>()
  const store = coalesce<Attempt, true>(
    async (attempts) => {
      await deps.database.transaction((tx) => storeAttempts(tx, attempts, deps.clock.now()))
      return attempts.map(() => true as const)
    },
    { maxBatch: 100, atOnce: 2 },
  )
  let isStopping = false
  let looking: Promise<void> | undefined
  let asks = 0

  const begin = (turn: Turn): void => {
    const played = play({ ...deps, store, isStopping: () => isStopping }, turn)
      .catch((error: unknown) => {
        // Its lease ends by itself, and the endpoint has another turn.
        deps.log.warn(
          { endpointId: turn.endpointId, err: error },
          'a webhook turn failed; what was due will be sent again',
        )
        return 0
      })
      .then((sent) => {
        running.delete(played)
        if (sent > 0) void look().catch(() => undefined)
      })
    running.add(played)
  }
  const takeWhatIsDue = async (): Promise<void> => {
    let heard: number
    do {
      heard = asks
      if (isStopping || running.size >= maxTurns) return
      const turns = await takeTurns(deps.database, {
        nowMs: deps.clock.now(),
        lease: deps.ids.uuid(),
        leaseMs,
        atMost: maxTurns - running.size,
        perOwner: maxTurnsOfOwner,
      })
      for (const turn of turns) begin(turn)
      // What was stored while it looked may not have been seen.
    } while (asks !== heard)
  }
  const look = (): Promise<void> => {
    asks++
    looking ??= takeWhatIsDue().finally(() => (looking = undefined))
    return looking
  }
  const idle = async (): Promise<void> => {
    while (running.size > 0 || looking) await Promise.all([...running, looking])
  }
  return {
    look,
    idle,
    stop: async () => {
      isStopping = true
      await idle()
    },
  }
}

type Playing = Deps & { store(attempt: Attempt): Promise<true>; isStopping(): boolean }

/** One turn of an endpoint. Answers with the number of calls that were made. */
async function play(deps: Playing, turn: Turn): Promise<number> {
  const { database, clock, retention, sealer } = deps
  const [due, secrets] = await Promise.all([
    dueOf(database, turn.endpointId, clock.now(), maxPerTurn),
    secretsInForce(database, sealer, turn.endpointId, clock.now()),
  ])
  const begunAt = clock.steady()
  const waiting = secrets.length === 0 ? [] : [...due]
  const verdicts: Verdict[] = []
  // One that fails is tried with single calls, and no more of them in this turn.
  const mayGoOn = (): boolean =>
    !deps.isStopping() &&
    clock.steady() - begunAt < longestTurnMs &&
    (verdicts.length === 0 || verdicts.some(({ kind }) => kind === 'delivered'))
  const work = async (): Promise<void> => {
    while (mayGoOn()) {
      const next = waiting.shift()
      if (!next) return
      verdicts.push(await deliver(deps, turn, next, secrets))
    }
  }
  await Promise.all(Array.from({ length: turn.failures > 0 ? 1 : maxAtOnce }, work))
  const after = afterTurn(turn, verdicts, { nowMs: clock.now(), agedMs: await retention.now() })
  await database.transaction((tx) => endTurn(tx, turn, after, clock.now()))
  if (after.kind === 'disabled')
    deps.log.info({ endpointId: turn.endpointId, owner: turn.owner, for: after.for }, 'a webhook was disabled')
  return verdicts.length
}

/** One attempt: signed, sent, judged and stored. A process that dies before it is stored has it sent again, under the same id. */
async function deliver(
  deps: Playing,
  { url }: Turn,
  delivery: DueDelivery,
  secrets: readonly Uint8Array[],
): Promise<Verdict> {
  const { clock, metrics, sender, ids } = deps
  const atMs = clock.now()
  const begunAt = clock.steady()
  const answer = await sender.send({ url, headers: { ...signedHeaders(delivery, secrets, atMs) }, body: delivery.body })
  const random = Buffer.from(ids.bytes(4)).readUInt32BE() / 2 ** 32
  const verdict = judge(answer, { tries: delivery.tries, nowMs: clock.now(), random })
  metrics.webhookAttempts.inc({ outcome: verdict.kind })
  await deps.store({
    delivery,
    atMs,
    tookMs: clock.steady() - begunAt,
    statusCode: answer.kind === 'answered' ? answer.status : undefined,
    failure: answer.kind === 'failed' ? failureInWords[answer.reason] : undefined,
    answer: answer.kind === 'answered' ? answer.text : '',
    after:
      verdict.kind === 'retry'
        ? { status: 'pending', nextAtMs: verdict.atMs }
        : { status: verdict.kind === 'delivered' ? 'delivered' : 'given_up' },
  })
  return verdict
}
