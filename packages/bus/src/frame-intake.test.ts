import type { Msg, NatsConnection } from '@nats-io/transport-node'
import { expect, test } from 'vitest'
import { FrameIntake, readReply } from './frame-intake.ts'

test.each([
  ['nine words', '$JS.ACK.SPECIES_EVENT.cashier-matched.2.7301.55.1764089000000000000.12'],
  ['eleven words', '$JS.ACK.hub.AbCdEf.SPECIES_EVENT.cashier-matched.2.7301.55.1764089000000000000.12'],
  ['twelve words', '$JS.ACK.hub.AbCdEf.SPECIES_EVENT.cashier-matched.2.7301.55.1764089000000000000.12.x7Q'],
  ['twelve words, of no domain', '$JS.ACK._.AbCdEf.SPECIES_EVENT.cashier-matched.2.7301.55.1764089000000000000.12.x7Q'],
])('an acknowledgement is read in its form of %s', (_form, reply) => {
  expect(readReply(reply)).toEqual({ deliveries: 2, sequence: 7_301, pending: 12 })
})

test.each([404, 408])('the backlog of others’ frames is forgotten when a request brings nothing (%i)', (code) => {
  let hear: (error: Error | null, message: Msg) => void = () => undefined
  const connection = {
    isClosed: () => false,
    publish: () => undefined,
    subscribe(_subject: string, options: { callback: typeof hear }) {
      hear = options.callback
      return { unsubscribe: () => undefined }
    },
  }
  const intake = new FrameIntake({
    connection: connection as unknown as NatsConnection,
    stream: 'SPECIES_EVENT',
    consumer: 'one',
    hasRoom: () => true,
    take: () => undefined,
    missing: () => undefined,
  })
  const ends = (): void => {
    hear(null, { headers: { code } } as unknown as Msg)
  }
  intake.start()
  hear(null, { reply: '$JS.ACK.SPECIES_EVENT.one.1.7.7.1764089000000000000.12', string: () => '' } as unknown as Msg)
  expect(intake.pending).toBe(12)
  // This request brought something, and what waited after it may wait still.
  ends()
  expect(intake.pending).toBe(12)
  ends()
  expect(intake.pending).toBe(0)
  intake.stop()
})
