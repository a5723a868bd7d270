import type { Announcement, Awaiting, Claim, EndState, ShownReceipt, WebhookType } from '@species/contracts'

/** Bytes that a receipt may have within a body. A larger one is read by its id. */
const maxReceiptLength = 49_152

/** After these nothing else is told of an event, except that it is disputed. */
export const endTypes: readonly WebhookType[] = ['event.completed', 'event.failed', 'event.disputed']

const keyOf = (eventKey: string): string => `event:${eventKey}`

/** What a party is told of the end of an event: the receipt as they may read it. */
export function endNews(party: string, eventKey: string, state: EndState, receipt: ShownReceipt): Announcement {
  const { eventId, receiptId } = receipt
  const isTooLarge = JSON.stringify(receipt).length > maxReceiptLength
  return {
    owner: party,
    type: `event.${state}`,
    key: keyOf(eventKey),
    data: { eventId, state, receiptId, ...(isTooLarge ? {} : { receipt }) },
  }
}

/** What the owner of an event is told while it waits. They are told of each kind of wait once. */
export function waitNews(
  { owner, eventKey, eventId }: { readonly owner: string; readonly eventKey: string; readonly eventId: string },
  { what, text }: Awaiting,
  until: string | undefined,
): Announcement {
  return {
    owner,
    type: 'event.waiting',
    key: keyOf(eventKey),
    once: `event.waiting:${what}`,
    data: {
      eventId,
      state: 'waiting',
      waitingOn: what,
      waitingFor: text,
      ...(until === undefined ? {} : { waitingUntil: until }),
    },
  }
}

/** What the owner of an event is told when an operator has to look at it. */
export function reviewNews(one: {
  readonly owner: string
  readonly eventKey: string
  readonly eventId: string
}): Announcement {
  return {
    owner: one.owner,
    type: 'event.review',
    key: keyOf(one.eventKey),
    data: { eventId: one.eventId, state: 'review' },
  }
}

/** What the payer is told when a payment is claimed for an event of theirs. `amount` is in USDT. */
export function paymentNews(
  event: { readonly owner: string; readonly eventKey: string; readonly eventId: string },
  { chain, hash, logIndex, life = 0, fromAddress, toAddress }: Claim,
  amount: string,
): Announcement {
  return {
    owner: event.owner,
    type: 'event.payment_seen',
    key: keyOf(event.eventKey),
    once: `event.payment_seen:${chain}:${hash}:${logIndex}:${life}`,
    data: { eventId: event.eventId, payment: { chain, hash, logIndex, amount, fromAddress, toAddress } },
  }
}
