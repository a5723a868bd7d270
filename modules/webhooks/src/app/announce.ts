import type { Announcement } from '@species/contracts'
import type { Announce } from '@species/flow'
import { assert } from '@species/kernel'
import type { Sql } from '@species/database'
import { type Clock, type Ids, toTimestamp } from '@species/platform'
import { type NewMessage, listeningOwners, lockKeys, storeMessages } from '../adapters/outbox-rows.ts'

/** A body as it is sent: what Standard Webhooks recommends for a payload. */
const maxBodyBytes = 65_536
/** Deliveries of one user that wait at the same time. What exceeds them is dropped, and the log says so. */
export const maxQueued = 10_000

type Deps = { readonly ids: Ids; readonly clock: Clock }

/** The port by which modules tell something to the webhooks of a user, within their own transaction. */
export function createAnnounce(deps: Deps): Announce {
  return async (tx, announcement) => {
    if ((await listeningOwners(tx, [announcement.owner])).size === 0) return
    await lockKeys(tx, [announcement.key])
    await storeAnnouncements(deps, tx, [announcement])
  }
}

/** Stores announcements whose keys are locked. Answers with the number of deliveries. */
export async function storeAnnouncements(deps: Deps, tx: Sql, announcements: readonly Announcement[]): Promise<number> {
  const nowMs = deps.clock.now()
  const messages = announcements.map((one) => messageOf(deps, one))
  return await storeMessages(tx, messages, { nowMs, maxQueued })
}

/** A message that says this. */
export function messageOf(deps: Deps, announcement: Announcement): NewMessage {
  const { type, data, once = type } = announcement
  const body = JSON.stringify({ type, timestamp: toTimestamp(deps.clock.now()), data })
  assert(Buffer.byteLength(body) <= maxBodyBytes, `the body of ${type} has more than ${maxBodyBytes} bytes`)
  return { ...announcement, once, messageId: `msg_${deps.ids.uuid().replaceAll('-', '')}`, body }
}
