import type { NewEvent } from '@species/sdk'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { killPlan } from './kill-plan.ts'
import { World } from './world.ts'

export interface ChaosResult {
  readonly kills: number
  readonly byPoint: Record<string, number>
  readonly events: number
  /** What is not as it must be; empty when the drill is passed. */
  readonly findings: string[]
}

interface Sent {
  readonly eventId: string
  readonly as: 'alice' | 'bob'
  readonly event: NewEvent
  readonly must: 'COMPLETED' | 'FAILED'
}

/**
 * Plays acts and kills the process in the middle of each; every start both finishes what the last kill left and takes the next
 * one. Then compares vaults, balances, receipts and the ledger with what must be.
 */
export async function runChaos(options: {
  kills: number
  seed: number
  progress: (line: string) => void
}): Promise<ChaosResult> {
  const directory = mkdtempSync(join(tmpdir(), 'species-chaos-'))
  const world = new World(directory)
  const sent: Sent[] = []
  const byPoint: Record<string, number> = {}
  let kills = 0
  try {
    await world.start()
    await world.populate()
    await world.stop()
    for (const [index, kill] of killPlan(options.kills, options.seed).entries()) {
      const eventId = `chaos-${String(index).padStart(6, '0')}`
      await world.start(
        'topic' in kill.at ? { eventId, ...kill.at } : undefined,
        'topic' in kill.at ? false : kill.at.checkpoints,
      )
      await finish(world, sent.at(-1))
      const { as, event, effect } = await kill.act.prepare(world)
      const one: Sent = {
        eventId,
        as,
        event: { ...event, eventId },
        must: kill.act.ends === 'completed' ? 'COMPLETED' : 'FAILED',
      }
      sent.push(one)
      world.effect(effect)
      if ('afterMs' in kill.at)
        setTimeout(() => {
          world.kill()
        }, kill.at.afterMs)
      // The process may die before it answers: the client sends the same event again after the restart.
      await world
        .client(as)
        .submitEvent(one.event)
        .catch(() => undefined)
      await Promise.race([world.dead(), new Promise((resolve) => setTimeout(resolve, 20_000).unref())])
      const name =
        'topic' in kill.at
          ? `${kill.act.name} / ${kill.at.topic} ${kill.at.moment}`
          : `${kill.act.name} / at a random moment${kill.at.checkpoints ? ' while checkpoints are made' : ''}`
      if (world.alive) {
        world.kill()
        await world.dead()
        return {
          kills,
          byPoint,
          events: sent.length,
          findings: [`the process did not come to its kill point: ${name}`],
        }
      }
      kills++
      byPoint[name] = (byPoint[name] ?? 0) + 1
      if (kills % 10 === 0) options.progress(`${kills} of ${options.kills} kills, last: ${name}`)
    }
    await world.start()
    await finish(world, sent.at(-1))
    await world.untilQuiet()
    const findings = [...(await receiptFindings(world, sent)), ...(await world.findings())]
    await world.stop()
    return { kills, byPoint, events: sent.length, findings }
  } finally {
    world.kill()
    await world.dead()
    rmSync(directory, { recursive: true, force: true })
  }
}

/** Sends the event again, as a client would that got no answer, and waits for its end. */
async function finish(world: World, sent: Sent | undefined): Promise<void> {
  if (!sent) return
  const client = world.client(sent.as)
  await client.submitEvent(sent.event)
  await client.waitForEnd(sent.eventId)
}

async function receiptFindings(world: World, sent: readonly Sent[]): Promise<string[]> {
  const found: string[] = []
  for (const one of sent) {
    const { receipt } = await world.client(one.as).getReceipt(one.eventId)
    if (receipt['status'] !== one.must)
      found.push(
        `${one.eventId} ended ${receipt.status}, must be ${one.must}: ${JSON.stringify(receipt['refusal'] ?? '')}`,
      )
  }
  return found
}
