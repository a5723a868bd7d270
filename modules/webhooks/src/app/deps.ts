import type { PresentReceipt, StageMark, WebhookSender } from '@species/contracts'
import type { Bus } from '@species/bus'
import type { Database } from '@species/database'
import type { Ask, RetentionClock } from '@species/flow'
import type { Clock, Ids, Logger, Metrics, Sealer } from '@species/platform'

/** What webhooks needs from outside. */
export interface WebhooksDeps {
  readonly database: Database
  readonly bus: Pick<Bus, 'durable'>
  readonly clock: Clock
  readonly retention: RetentionClock
  readonly ids: Ids
  readonly log: Logger
  readonly metrics: Pick<Metrics, 'webhookAttempts' | 'webhooksPending'>
  readonly sealer: Sealer
  readonly sender: Pick<WebhookSender, 'refusal' | 'send'>
  readonly presentReceipt: PresentReceipt
  readonly queries: {
    readonly floorManager: Pick<ReturnType<Ask['floorManager']>, 'receipt' | 'receiptsSince'>
    readonly marketplace: Pick<ReturnType<Ask['marketplace']>, 'eventsByKey'>
  }
  /** How far the modules that can wait have brought an event, by name. */
  readonly stages: Readonly<Record<string, (eventKey: string) => Promise<StageMark | undefined>>>
}
