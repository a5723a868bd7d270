import type { Experiment } from '../experiment.ts'
import type { Groups } from '../stage/stage.ts'
import { deliverTwice } from './deliver-twice.ts'

const work = ['classifier', 'validator', 'matching', 'cashier', 'asset-manager', 'floor-manager']

/** Four processes that work on everything, three that decide on money and units alone, two that accept. */
const crowded: Groups = {
  'api.1': ['marketplace-api', 'authenticator', 'config', 'reporter'],
  'api.2': ['marketplace-api', 'authenticator', 'config', 'reporter'],
  ...Object.fromEntries([1, 2, 3].map((number) => [`all.${number}`, work])),
  'money.1': ['matching', 'cashier'],
  'money.2': ['cashier', 'asset-manager'],
  'money.3': ['matching', 'floor-manager'],
}

export const races: Experiment = {
  name: 'races',
  about:
    'eight processes of the same modules on three users and a real Postgres: deadlocks and doubled effects are hunted',
  groups: crowded,
  seconds: 45,
  users: 3,
  perSecond: 60,
  async run(drill) {
    const twice = await deliverTwice(drill, 0)
    await drill.fault('many processes, few users, each message to two processes at once', () =>
      drill.pause(drill.lengthMs),
    )
    drill.say(`${await twice.stop()} messages came twice`)
  },
  afterwards({ servers }) {
    const deadlocks = servers?.postgres.complaints(/deadlock detected/) ?? []
    return deadlocks.length === 0 ? [] : [`Postgres ended ${deadlocks.length} deadlocks: ${deadlocks[0] ?? ''}`]
  },
}
