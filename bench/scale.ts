import { createRandom } from '@species/testing/random'
import { createHash } from 'node:crypto'
import { mix, type MixIntent } from './mix.ts'

// How the mix spreads over partitions: which share of the events touches one, two or more, and how unevenly they are loaded.
// npm run bench does not need it; docs/SCALE.md quotes it. node bench/scale.ts [partitions] [events]
const partitions = Number(process.argv[2] ?? 64)
const events = Number(process.argv[3] ?? 1_000_000)
const users = 10_000_000

const { next: random } = createRandom(1)

/** A user, by Zipf's law with exponent one: the millionth asks a millionth as often as the first. */
function anyone(): number {
  return Math.min(users - 1, Math.floor(Math.exp(random() * Math.log(users))))
}

const wide = new Map<number, number>()
function partition(user: number): number {
  const known = wide.get(user)
  if (known !== undefined) return known
  const found = createHash('sha256').update(`user-${user}`).digest().readUInt32BE(0) % partitions
  wide.set(user, found)
  return found
}

function drawn(): MixIntent {
  let point = random()
  for (const [intent, share] of Object.entries(mix)) {
    if (point < share) return intent as MixIntent
    point -= share
  }
  return 'TRANSFER'
}

const load = new Float64Array(partitions)
const touched = [0, 0, 0]
let market = 0
let treasury = 0
for (let n = 0; n < events; n++) {
  const intent = drawn()
  const owner = partition(anyone())
  const parties = new Set([owner])
  if (intent === 'TRANSFER' || intent === 'BUY_MARKET') parties.add(partition(anyone()))
  if (intent === 'BUY_MARKET' || intent === 'SELL_MARKET') market++
  if (intent === 'BUY_TREASURY' || intent === 'REDEEM') treasury++
  for (const one of parties) load[one] = (load[one] ?? 0) + 1
  touched[parties.size] = (touched[parties.size] ?? 0) + 1
}
const mean = load.reduce((sum, one) => sum + one, 0) / partitions
const share = (count: number): string => `${((100 * count) / events).toFixed(1)} %`
process.stdout.write(
  [
    `${partitions} partitions, ${events} events of the mix, ${users} users by Zipf's law`,
    `one partition                 ${share(touched[1] ?? 0)}`,
    `two partitions                ${share(touched[2] ?? 0)}`,
    `through the one book          ${share(market)}`,
    `through treasury or pool      ${share(treasury)}`,
    `the fullest partition has     ${(Math.max(...load) / mean).toFixed(2)} times the mean`,
    '',
  ].join('\n'),
)
