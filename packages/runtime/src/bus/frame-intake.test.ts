import { expect, test } from 'vitest'
import { readReply } from './frame-intake.ts'

test.each([
  ['nine words', '$JS.ACK.SPECIES_EVENT.cashier-matched.2.7301.55.1764089000000000000.12'],
  ['eleven words', '$JS.ACK.hub.AbCdEf.SPECIES_EVENT.cashier-matched.2.7301.55.1764089000000000000.12'],
  ['twelve words', '$JS.ACK.hub.AbCdEf.SPECIES_EVENT.cashier-matched.2.7301.55.1764089000000000000.12.x7Q'],
  ['twelve words, of no domain', '$JS.ACK._.AbCdEf.SPECIES_EVENT.cashier-matched.2.7301.55.1764089000000000000.12.x7Q'],
])('an acknowledgement is read in its form of %s', (_form, reply) => {
  expect(readReply(reply)).toEqual({ deliveries: 2, sequence: 7_301, pending: 12 })
})
