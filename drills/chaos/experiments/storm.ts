import type { Experiment } from '../experiment.ts'
import { duplicates } from './bus.ts'
import { partnerActsThenTimesOut } from './partners.ts'
import { killRandom } from './processes.ts'

export const storm: Experiment = {
  name: 'storm',
  about: 'processes killed at random while every message comes twice and partners act and then time out',
  opensBreakers: true,
  seconds: 60,
  async run(drill) {
    await Promise.all([killRandom.run(drill), duplicates.run(drill), partnerActsThenTimesOut.run(drill)])
  },
}
