import { type Chain, type StateBodies, chains, haltedMs } from '@species/contracts'
import { createDeadLetters } from '@species/bus'
import { type DueContext, readDue, workOnDue } from '@species/flow'
import { coalesce } from '@species/platform'
import { type FreeLane, dueJob, letterOf, takeDueVerdicts } from '../adapters/due-rows.ts'
import type { VerdictRow } from '../adapters/verdict-rows.ts'
import { citedIn } from '../domain/cited.ts'
import type { ValidatorDeps } from './deps.ts'
import { type Citation, cite, prove } from './prove.ts'
import { type Asked, recordVerdicts } from './record-verdicts.ts'

/** Transactions of one chain that are asked for at a time, in this process, and how many of them may be one owner's. */
const lanePlaces = 12
const placesPerOwner = 4
/** A process that dies leaves what it asked for to the next after this. */
const leaseMs = 15_000

/** Asks the chains for the payments that are due. */
export interface Asker {
  /** Looks for what is due and begins to ask for it; what comes of it is recorded and published beside the caller. */
  wake(): void
  /** Asks for all that is due, and resolves when that is decided. */
  drain(): Promise<void>
  /** Begins nothing more, and waits for what it has begun. */
  stop(): Promise<void>
}

/** One transaction that is being asked for. */
interface Question {
  readonly chain: Chain
  readonly owners: ReadonlySet<string>
}

/**
 * Each chain has a lane of its own, so that a slow one holds up no other; in a lane the owners are served in turns, so that thousands
 * of payments of one owner delay another's by a turn. Events that cite one transaction share its answer.
 */
export function createAsker(deps: ValidatorDeps): Asker {
  const inFlight = new Map<Question, Promise<void>>()
  const record = recorder(deps)
  const context = { deadLetters: createDeadLetters(deps.database, deps.clock), log: deps.log }
  let taking: Promise<number> | undefined
  let isWokenAgain = false
  let isStopped = false

  const freeLanes = (): FreeLane[] =>
    chains.flatMap((chain) => {
      const asked = [...inFlight.keys()].filter((question) => question.chain === chain)
      const owners = Map.groupBy(
        asked.flatMap((question) => [...question.owners]),
        (owner) => owner,
      )
      const busyOwners = [...owners].filter(([, places]) => places.length >= placesPerOwner).map(([owner]) => owner)
      const places = lanePlaces - asked.length
      return places > 0 ? [{ chain, places, busyOwners }] : []
    })

  const take = async (): Promise<number> => {
    const lanes = freeLanes()
    if (isStopped || lanes.length === 0) return 0
    const nowMs = deps.clock.now()
    const due = await takeDueVerdicts(deps.database, lanes, { nowMs, leaseMs, perOwner: placesPerOwner })
    const readable = await readDue(context, dueJob, due)
    for (const rows of Map.groupBy(readable, citedBy).values()) {
      const question = { chain: chainOf(rows), owners: new Set(rows.flatMap((row) => row.dossier?.owner ?? [])) }
      const work = askFor(deps, rows, { record, context })
        .catch((error: unknown) => {
          deps.log.warn({ err: error, chain: question.chain }, 'payments are asked for again later')
        })
        .finally(() => {
          inFlight.delete(question)
          if (deps.asksAtOnce) wake()
        })
      inFlight.set(question, work)
    }
    return due.length
  }

  const wake = (): void => {
    if (taking) {
      isWokenAgain = true
      return
    }
    isWokenAgain = false
    taking = take()
      .catch((error: unknown) => {
        deps.log.error({ err: error }, 'payments that are due could not be taken')
        return 0
      })
      .finally(() => {
        taking = undefined
        if (isWokenAgain) wake()
      })
  }

  return {
    wake,
    async drain() {
      while ((await take()) > 0) await Promise.all(inFlight.values())
    },
    async stop() {
      isStopped = true
      await taking
      await Promise.all(inFlight.values())
    },
  }
}

function citedBy({ dossier }: VerdictRow): string {
  const { chain, proof } = citedIn(dossier)
  return `${chain} ${proof.toLowerCase().replace(/^0x/, '')}`
}

function chainOf(rows: readonly VerdictRow[]): Chain {
  return citedIn(rows[0]?.dossier).chain
}

/** Records what was found together, in one transaction; a verdict that cannot be stored fails alone. */
function recorder(deps: ValidatorDeps): (asked: Asked) => Promise<void> {
  return coalesce(
    async (asked) => {
      const outgoing = await recordVerdicts(deps, asked)
      // Recorded for good: claims are told of until they are credited, and the sweeper drives events whose messages are lost.
      await deps.bus.publish(outgoing).catch((error: unknown) => {
        deps.log.warn({ err: error }, 'verdicts wait for the sweeper: the bus did not take them')
      })
      return asked.map(() => undefined)
    },
    { maxBatch: 200, atOnce: 2 },
  )
}

async function askFor(
  deps: ValidatorDeps,
  rows: readonly VerdictRow[],
  { record, context }: { record: (asked: Asked) => Promise<void>; context: DueContext },
): Promise<void> {
  const { chain, proof } = citedIn(rows[0]?.dossier)
  const citation = cite(deps, chain, proof)
  // One that cannot be judged or recorded does not keep the others from it.
  await Promise.all(
    rows.map((row) =>
      workOnDue(context, { name: dueJob, letterOf }, [row], async () => {
        const asked = await ask(deps, row, citation)
        if (asked) await record(asked)
      }),
    ),
  )
}

async function ask(deps: ValidatorDeps, row: VerdictRow, citation: Citation): Promise<Asked | undefined> {
  if (!row.dossier) return undefined
  const dossier = { ...row.dossier, ...(row.refusal ? { refusal: row.refusal } : {}) } as StateBodies['classified']
  const config = await deps.config.at(dossier.configVersion)
  const { payWith, from } = dossier.event
  const { chain, proof } = citedIn(dossier)
  const nowMs = deps.clock.now()
  const stoodStillMs = haltedMs(await deps.config.chainHistory(), chain, dossier.times.accepted ?? nowMs, nowMs)
  const proven = await prove(
    deps,
    {
      chain,
      proof,
      logIndex: payWith?.logIndex,
      payer: from,
      pinned: { version: dossier.configVersion, config },
      vouched: false,
      approved: row.approved,
    },
    citation,
  )
  const before = { checks: row.checks, watched: row.outcome === 'refused', approved: row.approved }
  return { dossier, trace: row.trace, config, proof: proven, stoodStillMs, before }
}
