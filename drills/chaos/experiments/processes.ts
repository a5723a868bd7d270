import { moduleNames } from '@species/contracts'
import type { Drill, Experiment } from '../experiment.ts'
import { shuffled } from '@species/testing/random'
import type { Service } from '../stage/service.ts'

/** Kills processes and resolves when the supervisor has replaced them. */
export async function killed(services: readonly Service[]): Promise<void> {
  for (const service of services) service.kill()
  await Promise.all(services.map((service) => service.untilReady()))
}

export const killEach: Experiment = {
  name: 'kill-each',
  about: 'SIGKILL of each module in turn: every process that works on it',
  seconds: 60,
  async run(drill) {
    for (const module of shuffled(moduleNames, drill.random)) {
      const services = drill.stage.services.filter((service) => service.modules.includes(module))
      await drill.fault(`SIGKILL of ${module} (${services.map((one) => one.name).join(', ')})`, () => killed(services))
      await drill.pause(1_500)
    }
  },
}

export const killRandom: Experiment = {
  name: 'kill-random',
  about: 'SIGKILL of processes at random moments, sometimes two or three at once',
  seconds: 60,
  async run(drill) {
    const until = Date.now() + drill.lengthMs
    while (Date.now() < until) {
      await drill.pause(drill.random() * 3_000)
      const services = shuffled(drill.stage.services, drill.random).slice(0, 1 + Math.floor(drill.random() * 3))
      await drill.fault(`SIGKILL of ${services.map((one) => one.name).join(', ')}`, () => killed(services))
    }
  },
}

const frozenMs = 30_000
/** Who sleeps: what decides, what holds money, what moves units and what signs receipts. */
const sleepers = ['matching', 'cashier.1', 'delivery.1', 'floor']

export const stop30s: Experiment = {
  name: 'stop-30s',
  about:
    'SIGSTOP for 30 s of matching, cashier, delivery and floor-manager; they wake as zombies beside their replacements',
  seconds: 50,
  async run(drill) {
    const zombies = drill.stage.services.filter((service) => sleepers.includes(service.name))
    const asleep = drill.pause(frozenMs)
    await drill.fault(`SIGSTOP of ${zombies.map((one) => one.name).join(', ')}`, () => replaced(drill, zombies))
    await asleep
    await drill.fault('SIGCONT: zombies beside their replacements', async () => {
      for (const zombie of zombies) zombie.wake()
    })
    await drill.pause(10_000)
  },
}

/** Freezes processes and starts others in their place, as an orchestrator does when a health check fails. */
async function replaced(drill: Drill, services: readonly Service[]): Promise<void> {
  for (const service of services) service.freeze()
  await drill.pause(2_000)
  await Promise.all(services.map((service) => drill.stage.add(`${service.name}.again`, service.modules)))
}
