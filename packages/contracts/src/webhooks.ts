/** What a webhook can tell, and when it is told. */
export const webhookTypes = {
  'event.payment_seen': 'A payment for an event of yours is proven and claimed.',
  'event.waiting': 'An event of yours waits, and for what.',
  'event.review': 'An operator has to look at an event of yours. Everything stays held until they decide.',
  'event.completed': 'An event to which you are a party has completed. With the receipt as you may read it.',
  'event.failed': 'An event to which you are a party has failed, and what it held is returned. With the receipt.',
  'event.disputed': 'The payment of a completed event has vanished from its chain. With the superseding receipt.',
  'address.added': 'An address was added to your address book: money can be sent there once its delay is over.',
  'payout.changed': 'A payout of yours has come further. With its state.',
  'key.created': 'A key of yours was made: by a key of yours, a sign-in or an operator.',
  'key.revoked': 'A key of yours was revoked.',
  'proceeds.kept': 'Proceeds for which an event of yours names an address stay in your account. With the reason.',
  'webhook.test': 'You asked for a test. It is sent only to the webhook that you name.',
} as const satisfies Record<string, string>

export type WebhookType = keyof typeof webhookTypes

/** Something a user's webhooks may tell. */
export interface Announcement {
  /** Whose webhooks tell it. */
  readonly owner: string
  readonly type: WebhookType
  /** What it is about. Announcements with one key are delivered in the order in which they were stored. */
  readonly key: string
  /** Tells apart announcements of one type and key; the type, unless given. The same again is told once. */
  readonly once?: string
  /** The `data` of the body. JSON, at most 64 KiB, with nothing in it that the owner may not read. */
  readonly data: Readonly<Record<string, unknown>>
}
