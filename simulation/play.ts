import { claimWhatIsBack, decideReviews } from './operator.ts'
import type { Process } from './process.ts'
import { startProcess } from './process.ts'
import type { Random } from '@species/testing/random'
import type { Setting } from './setting.ts'
import type { Sent } from './traffic.ts'

const mostSteps = 1_500
/** What is due later than this after the faults have ended is left alone: the next looks at payments, long after their trades. */
const horizonMs = 15 * 60_000

export interface Played {
  readonly steps: number
  readonly deaths: number
}

type Act = (process: Process) => Promise<void>

/** Plays a history until the faults have ended and all is quiet: of what could happen next, one thing is chosen each time. */
export async function play(setting: Setting): Promise<Played> {
  const { clock, random, agenda, around, arrivals, healsAtMs, trace, journal } = setting
  const deaths = new Deaths(setting)
  let process = await startProcess(around)
  let looked = false
  for (let steps = 0; steps < mostSteps; steps++) {
    const acts = actsOf(setting, deaths)
    if (!looked && (acts.length === 0 || random.chance(0.05))) {
      await agenda.refresh(process.jobs)
      looked = true
    } else if (acts.length === 0) {
      const nextMs = Math.min(around.bus.nextReadyMs(), agenda.nextMs(), arrivals[0] ?? Infinity)
      if (nextMs > healsAtMs + horizonMs) {
        const done = setting.operatorAwake
          ? (await decideReviews(setting, process)) + (await claimWhatIsBack(setting, process))
          : 0
        if (done === 0) return { steps, deaths: deaths.count }
        continue
      }
      // Nobody is punctual: a timer may ring a while after its time.
      clock.set(Math.max(clock.now(), nextMs) + (random.chance(0.5) ? random.between(1, 700) : 0))
    } else {
      looked = false
      await choose(acts, random)(process)
      process.life.endAfter(Infinity)
      if (process.life.dead) {
        trace.note('the process died')
        deaths.count++
        await outlive(setting)
        process = await startProcess(around)
      }
    }
  }
  journal.complain(`not quiet after ${mostSteps} steps`)
  return { steps: mostSteps, deaths: deaths.count }
}

/**
 * Mostly what comes first on an event's way, so that events catch up with each other and are decided together; else anything.
 */
function choose(acts: readonly Act[], random: Random): Act {
  const [first] = acts
  return first && random.chance(0.6) ? first : random.pick(acts)
}

/** Statements that the dead process had sent are over before the next process begins. */
async function outlive({ around, clock, random }: Setting): Promise<void> {
  for (let round = 0; round < 3; round++) {
    await around.database.query('SELECT 1')
    await new Promise((resolve) => setImmediate(resolve))
  }
  clock.advance(random.between(100, 5_000))
  around.bus.processDied()
}

function actsOf(setting: Setting, deaths: Deaths): Act[] {
  const { around, agenda, arrivals, clock, trace, journal, random } = setting
  const nowMs = clock.now()
  const acts: Act[] = []
  if (arrivals[0] !== undefined && arrivals[0] <= nowMs) acts.push((process) => arrive(setting, deaths, process))
  for (const name of around.bus.ready()) {
    acts.push(async (process) => {
      deaths.perhaps(process, name)
      await around.bus.deliver(name)
    })
  }
  if (random.chance(0.01) && setting.operatorAwake)
    acts.push(async (process) => {
      await decideReviews(setting, process)
      await claimWhatIsBack(setting, process)
    })
  for (const name of agenda.dueBy(nowMs)) {
    acts.push(async (process) => {
      agenda.ran(name, nowMs)
      trace.note(`job ${name}`)
      deaths.perhaps(process, undefined)
      await process.jobs
        .get(name)
        ?.run()
        .catch((error: unknown) => {
          if (!process.life.dead) journal.log.error({ job: name, err: error }, 'job failed')
        })
    })
  }
  return acts
}

/** One or several requests at once. Who gets no answer asks again later, with the same body. */
async function arrive(setting: Setting, deaths: Deaths, process: Process): Promise<void> {
  const { random, arrivals, callers, trace, clock } = setting
  const asked = arrivals.splice(0, random.chance(0.5) ? random.between(2, 4) : 1).map(() => callers.next())
  deaths.perhaps(process, undefined)
  const answers = await Promise.allSettled(asked.map((sent) => process.accept(requestOf(sent))))
  answers.forEach((answer, index) => {
    const sent = asked[index]
    if (!sent) return
    if (answer.status === 'rejected') {
      trace.note(`no answer ${sent.event.eventId}`)
      callers.again(sent)
      arrivals.push(clock.now() + 1_000)
    } else hearAnswer(setting, sent, answer.value.ok ? answer.value.value.kept.eventKey : undefined)
  })
  arrivals.sort((a, b) => a - b)
}

function hearAnswer({ trace, journal }: Setting, sent: Sent, eventKey: string | undefined): void {
  trace.note(`accepted ${sent.event.eventId} ${sent.rawBody} ${eventKey?.slice(-6) ?? 'refused'}`)
  if (eventKey === undefined || (sent.eventKey !== undefined && sent.eventKey !== eventKey))
    journal.complain(`${sent.event.eventId} got another answer when it was sent again`)
  sent.eventKey = eventKey ?? sent.eventKey
}

type Request = Parameters<Process['accept']>[0]

function requestOf({ event, rawBody }: Sent): Request {
  const trace = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
  return { principal: { onliId: event.from, keyId: `key-${event.from}` }, event, rawBody, trace }
}

/**
 * When the process dies. Where nobody sweeps, a message that a job or a request was about to publish is lost for good, so there
 * the process dies only at work on a message, which comes again.
 */
class Deaths {
  count = 0
  readonly #setting: Setting

  constructor(setting: Setting) {
    this.#setting = setting
  }

  perhaps(process: Process, consumer: string | undefined): void {
    const { random, faults, clock, healsAtMs } = this.#setting
    if (clock.now() >= healsAtMs || this.count >= faults.deaths) return
    const safe = consumer !== undefined && consumer !== 'marketplace-api-listing-lapsed'
    if (faults.busIsDurable && !safe) return
    if (random.chance(0.12)) process.life.endAfter(random.between(1, 24))
  }
}
