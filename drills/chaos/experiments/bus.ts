import type { Drill, Experiment } from '../experiment.ts'
import type { NatsNode } from '../../servers/nats.ts'
import { shuffled } from '@species/testing/random'
import { deliverTwice } from './deliver-twice.ts'

function nodesOf({ servers }: Drill): readonly NatsNode[] {
  if (!servers) throw new Error('this experiment needs servers of its own')
  return servers.nats
}

export const natsKilled: Experiment = {
  name: 'nats-killed',
  about: 'SIGKILL of NATS; it is back after 8 s with what it had stored',
  seconds: 50,
  async run(drill) {
    for (const node of [...nodesOf(drill), ...nodesOf(drill)]) {
      await drill.pause(5_000)
      await drill.fault('SIGKILL of NATS, down for 8 s', async () => {
        await node.process.kill()
        await drill.pause(8_000)
        await node.process.start()
      })
    }
    await drill.pause(5_000)
  },
}

export const natsStorageDeleted: Experiment = {
  name: 'nats-storage-deleted',
  about: 'SIGKILL of NATS and its storage deleted: all streams, consumers and messages are gone',
  seconds: 50,
  async run(drill) {
    for (const node of [...nodesOf(drill), ...nodesOf(drill)]) {
      await drill.pause(5_000)
      await drill.fault('SIGKILL of NATS, its storage deleted, down for 4 s', async () => {
        await node.process.kill()
        node.deleteStorage()
        await drill.pause(4_000)
        await node.process.start()
      })
    }
    await drill.pause(5_000)
  },
}

export const natsClusterNode: Experiment = {
  name: 'nats-cluster-node',
  about: 'each node of a three-node JetStream cluster killed in turn; two remain',
  needs: { natsNodes: 3 },
  seconds: 60,
  async run(drill) {
    for (const node of shuffled(nodesOf(drill), drill.random)) {
      // The service must come back while the node is down: that is what the other two are for.
      await drill.fault(`SIGKILL of the NATS node at ${node.url}; two are left`, () => node.process.kill())
      await drill.pause(6_000)
      await drill.fault('the NATS node is back', () => node.process.start())
      const backAt = Date.now()
      // Nobody takes the next node away before this one has what it missed: two of three must always agree.
      await node.untilCaughtUp(90_000)
      drill.say(`the node has caught up after ${Math.round((Date.now() - backAt) / 1_000)} s`)
    }
  },
}

export const duplicates: Experiment = {
  name: 'duplicates',
  about: 'every message is delivered twice: a listener sends each again under a new id',
  seconds: 60,
  async run(drill) {
    const twice = await deliverTwice(drill)
    await drill.fault('every message twice', () => drill.pause(drill.lengthMs))
    const sent = await twice.stop()
    drill.say(`${sent} messages were sent again`)
  },
}
