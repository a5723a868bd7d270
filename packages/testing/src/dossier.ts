import type { Dossier, MarketplaceEvent } from '@species/contracts'
import type { Message } from '@species/bus'
import { partitionOf } from '@species/kernel'
import type { Body, Topic } from '@species/contracts'

/** A dossier as marketplace-api makes one, for tests of single modules. */
export function dossierOf(
  eventKey: string,
  event: Omit<MarketplaceEvent, 'eventId'> & { eventId?: string },
  more: Partial<Dossier> = {},
): Dossier {
  const eventId = event.eventId ?? `event-${eventKey.slice(0, 13)}`
  return {
    eventKey,
    eventId,
    owner: event.from,
    keyId: 'key_test',
    event: { ...event, eventId },
    configVersion: 1,
    classifierVersion: 1,
    deadlineMs: Date.UTC(2030, 0, 1),
    times: { accepted: Date.UTC(2026, 0, 1) },
    ...more,
  }
}

/** A message as a consumer gets it. */
export function messageOf<T extends Topic>(topic: T, key: string, body: Body<T>): Message<T> {
  return {
    id: `msg-${key}`,
    topic,
    key,
    partition: partitionOf(key),
    trace: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`,
    body,
  }
}
