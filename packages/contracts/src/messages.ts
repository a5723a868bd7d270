import type { ErrorCode } from '@species/kernel'
import { z } from 'zod'
import { chainSchema, intentSchema, normalisedEventSchema, onliIdSchema } from './event.ts'
import { agentIdSchema } from './agent-id.ts'
import { type State, moduleNames, states } from './lifecycle.ts'
import { quantitySchema } from './quantity.ts'
import { transferStatuses } from './transfers.ts'

/** Unix milliseconds. */
const instant = z.number().int().nonnegative()
const eventKeySchema = z.uuid()

/** What a key may do at most. The authenticator owns the definition, the cashier owns the counters. */
export const keyLimitsSchema = z.strictObject({
  /** Whole units of SPECIES in one event, in any hour, in any 24 hours. */
  unitsPerTrade: quantitySchema.optional(),
  unitsPerHour: quantitySchema.optional(),
  unitsPerDay: quantitySchema.optional(),
  /** Micro-USDT that one event pays, in any hour, in any 24 hours; fees are part of it. */
  usdtPerTrade: quantitySchema.optional(),
  usdtPerHour: quantitySchema.optional(),
  usdtPerDay: quantitySchema.optional(),
  intents: z.array(intentSchema).optional(),
  counterparties: z.array(onliIdSchema).max(100).optional(),
  /** The only addresses that payouts may go to, as `CHAIN address`. A key that has this list needs no confirmation for them. */
  payoutAddresses: z.array(z.string().min(20).max(80)).max(20).optional(),
  /** Of the key of an agent: whose mandate bounds it, wherever it acts. Older code can neither use such a key nor read its events. */
  agent: agentIdSchema.optional(),
})
export type KeyLimits = z.infer<typeof keyLimitsSchema>

/** How often a transfer was claimed at this place and vanished before; never written where it is zero, so older code reads it. */
const lifeSchema = z.number().int().nonnegative().optional()

/** One USDT transfer on a chain that was proven and claimed for the payer. Claimed once, for ever, unless it vanishes. */
export const claimSchema = z.strictObject({
  chain: chainSchema,
  hash: z.string(),
  logIndex: z.number().int().nonnegative(),
  life: lifeSchema,
  payer: onliIdSchema,
  amountMicro: quantitySchema,
  fromAddress: z.string(),
  toAddress: z.string(),
  blockNumber: z.number().int(),
  blockTimeMs: instant,
  /** Set where the money was booked before it was claimed: the payment is taken from `suspense:<chain>`, not from the chain's account. */
  bookedFrom: z.enum(['suspense']).optional(),
})
export type Claim = z.infer<typeof claimSchema>

const paymentSchema = z.strictObject({
  source: z.enum(['none', 'chain', 'credit']),
  claims: z.array(claimSchema),
  /** What else the transaction paid, by more claims than an event carries; the event is not paid with it, and it becomes credit. */
  rest: z.strictObject({ claims: z.number().int().positive(), amountMicro: quantitySchema }).optional(),
})

const fillSchema = z.strictObject({
  listingId: z.string(),
  seller: onliIdSchema,
  units: quantitySchema,
  unitPriceMicro: quantitySchema,
  totalMicro: quantitySchema,
})
export type Fill = z.infer<typeof fillSchema>

const matchSchema = z.strictObject({
  /** The units that will change owner. Fewer than asked for only where the caller said IOC. */
  units: quantitySchema,
  /** USDT to be paid by the buyer, or to the redeemer, before fees; zero where no money moves. */
  totalMicro: quantitySchema,
  fills: z.array(fillSchema),
  /** The listing that a sale opens, or that a delisting takes from. */
  listing: z
    .strictObject({ listingId: z.string(), seller: onliIdSchema, unitPriceMicro: quantitySchema, expiresAtMs: instant })
    .optional(),
})
export type Match = z.infer<typeof matchSchema>

/** One line of a ledger transfer: positive is a credit to the account, negative a debit. Each asset sums to zero. */
export const lineSchema = z.strictObject({
  account: z.string(),
  asset: z.enum(['USDT', 'SPECIES']),
  amount: quantitySchema,
})
export type Line = z.infer<typeof lineSchema>

const postedLineSchema = lineSchema.extend({ balanceAfter: quantitySchema })
export type PostedLine = z.infer<typeof postedLineSchema>

const fundingSchema = z.strictObject({
  /** What the settling transfer will post; the debits of it are held now. */
  lines: z.array(lineSchema),
  /** USDT: the fee of the event, and its share per fill in the order of the fills. */
  feeMicro: quantitySchema,
  feePerFillMicro: z.array(quantitySchema),
  /** Ledger transfers that credited the payment. */
  paymentTransferIds: z.array(z.string()),
  /** Of an agent's event: which of its mandates allowed it. */
  mandateVersion: z.number().int().positive().optional(),
})
export type Funding = z.infer<typeof fundingSchema>

const deliverySchema = z.strictObject({
  operationId: z.string(),
  kind: z.enum(['issue', 'change_owner']),
  fromVault: z.string(),
  toVault: z.string(),
  units: quantitySchema,
})
export type Delivery = z.infer<typeof deliverySchema>

const oracleSchema = z.strictObject({
  operationId: z.string(),
  ownerVault: z.string(),
  units: quantitySchema,
  /** `partner` where the oracle agreed; `operator` where a person decided a review, with the reason. */
  wordOf: z.enum(['partner', 'operator']),
  reason: z.string().optional(),
})
export type OracleWord = z.infer<typeof oracleSchema>

const settlementSchema = z.strictObject({
  transferId: z.string(),
  lines: z.array(postedLineSchema),
})
export type Settlement = z.infer<typeof settlementSchema>

/**
 * Any text is read as a code, because a newer version of the program may have written one that this one does not know. What this
 * program raises is in the catalogue: the type says so. For the title of a code that was read, use `catalogueEntry`.
 */
export const readCodeSchema = z.custom<ErrorCode>((value) => typeof value === 'string')

const refusalSchema = z.strictObject({
  code: readCodeSchema,
  detail: z.string(),
  by: z.enum(moduleNames),
  /** Of an agent's event that the cashier refused: which of its mandates was in force. */
  mandateVersion: z.number().int().positive().optional(),
})
export type EventRefusal = z.infer<typeof refusalSchema>

const releaseSchema = z.strictObject({
  heldBefore: z.boolean(),
  /** Ledger transfers that keep the payment as the payer's credit. */
  paymentTransferIds: z.array(z.string()),
  creditedMicro: quantitySchema,
})

/**
 * What is known of an event so far. It grows from message to message: each module adds the section it owns and touches
 * no other, so any message can be processed by a module that has seen no earlier one.
 */
export const dossierSchema = z.strictObject({
  eventKey: eventKeySchema,
  eventId: z.string(),
  owner: onliIdSchema,
  keyId: z.string(),
  limits: keyLimitsSchema.optional(),
  event: normalisedEventSchema,
  configVersion: z.number().int(),
  classifierVersion: z.number().int(),
  /** When the road back is asked for, unless a delivery attempt is recorded or a person looks at it. */
  deadlineMs: instant,
  /** When each state was reached, Unix milliseconds; the same after a replay. */
  times: z.partialRecord(z.enum(states), instant),
  intent: intentSchema.optional(),
  payment: paymentSchema.optional(),
  match: matchSchema.optional(),
  funding: fundingSchema.optional(),
  delivery: deliverySchema.optional(),
  oracle: oracleSchema.optional(),
  settlement: settlementSchema.optional(),
  refusal: refusalSchema.optional(),
  release: releaseSchema.optional(),
})
export type Dossier = z.infer<typeof dossierSchema>

/**
 * Which sections of the dossier the message of a state carries: what must be known once an event is there. The bodies, their schemas
 * and the functions of `packages/flow` that build the messages are made from this table.
 */
export const stateSections = {
  accepted: [],
  classified: ['intent'],
  validated: ['intent', 'payment'],
  matched: ['intent', 'payment', 'match'],
  funded: ['intent', 'payment', 'match', 'funding'],
  delivered: ['intent', 'payment', 'match', 'funding', 'delivery'],
  confirmed: ['intent', 'payment', 'match', 'funding', 'delivery', 'oracle'],
  settled: ['intent', 'payment', 'match', 'funding', 'delivery', 'oracle', 'settlement'],
  refused: ['refusal'],
  cancelled: ['refusal'],
  released: ['refusal', 'release'],
  returned: ['refusal', 'release'],
} as const satisfies Partial<Record<State, readonly (keyof Dossier)[]>>

/** A state whose message carries the dossier on. The others are notices. */
export type DossierState = keyof typeof stateSections
export type SectionOf<S extends DossierState> = (typeof stateSections)[S][number]
export type Section = SectionOf<DossierState>
export type With<S extends keyof Dossier> = { [K in S]: NonNullable<Dossier[K]> }

type DossierBodies = { [S in DossierState]: Dossier & With<SectionOf<S>> }

/** The body of each state's message: the dossier with the sections that must be there by then; a notice where none goes on. */
export interface StateBodies extends DossierBodies {
  completed: EndNotice
  failed: EndNotice
  disputed: EndNotice
  waiting: WaitingNotice
  review: ReviewNotice
}

/** The event waits: the sweeper skips it until then. */
export const waitingNoticeSchema = z.strictObject({
  eventKey: eventKeySchema,
  owner: onliIdSchema,
  eventId: z.string(),
  by: z.enum(moduleNames),
  reason: z.string(),
  untilMs: instant,
})
export type WaitingNotice = z.infer<typeof waitingNoticeSchema>

/** Facts disagree. `dossier` is the last message of the event, with which it goes on after the decision. */
export const reviewNoticeSchema = z.strictObject({
  eventKey: eventKeySchema,
  by: z.enum(moduleNames),
  reason: z.string(),
  facts: z.record(z.string(), z.string()),
  dossier: dossierSchema,
})
export type ReviewNotice = z.infer<typeof reviewNoticeSchema>

/** An event has ended, and this is its receipt. No module needs its dossier any more: the receipt has the facts. */
export const endNoticeSchema = z.strictObject({
  eventKey: eventKeySchema,
  owner: onliIdSchema,
  eventId: z.string(),
  intent: intentSchema.optional(),
  receiptId: z.string(),
  /** Everybody whose accounts it touched. */
  parties: z.array(onliIdSchema),
})
export type EndNotice = z.infer<typeof endNoticeSchema>

/** Everybody whose accounts an event touches. */
export function partiesOf({ owner, event, match }: Dossier): string[] {
  const to = event.to === undefined ? [] : [event.to]
  return [...new Set([owner, event.from, ...to, ...(match?.fills.map((fill) => fill.seller) ?? [])])]
}

function dossierAt<S extends DossierState>(state: S): z.ZodType<StateBodies[S]> {
  const sections: readonly Section[] = stateSections[state]
  const schema = dossierSchema.refine(
    (dossier) => sections.every((section) => dossier[section] !== undefined),
    `needs ${sections.join(', ')}`,
  )
  return schema as unknown as z.ZodType<StateBodies[S]>
}

/** One schema a state: what arrives over the bus is parsed with it, in every size of the system. */
export const stateBodySchemas: { readonly [S in keyof StateBodies]: z.ZodType<StateBodies[S]> } = {
  accepted: dossierAt('accepted'),
  classified: dossierAt('classified'),
  validated: dossierAt('validated'),
  matched: dossierAt('matched'),
  funded: dossierAt('funded'),
  delivered: dossierAt('delivered'),
  confirmed: dossierAt('confirmed'),
  settled: dossierAt('settled'),
  completed: endNoticeSchema,
  refused: dossierAt('refused'),
  cancelled: dossierAt('cancelled'),
  released: dossierAt('released'),
  returned: dossierAt('returned'),
  failed: endNoticeSchema,
  waiting: waitingNoticeSchema,
  review: reviewNoticeSchema,
  disputed: endNoticeSchema,
}

/** Messages about things other than the state of an event. Subjects are `species.<name>.v1.<partition>`. */
export const noticeSchemas = {
  /** The validator has claimed a payment; the cashier credits it whatever became of the event. */
  'payment.claimed': z.strictObject({ eventKey: eventKeySchema, claim: claimSchema }),
  /** The cashier has credited it: the validator stops repeating itself. */
  'payment.credited': z.strictObject({
    chain: chainSchema,
    hash: z.string(),
    logIndex: z.number().int(),
    life: lifeSchema,
  }),
  /** A claimed payment is no longer on its chain. */
  'payment.vanished': z.strictObject({ eventKey: eventKeySchema, claim: claimSchema, seenAtMs: instant }),
  /** The cashier has taken it back: the owner's receipt is superseded. */
  'payment.reversed': z.strictObject({ eventKey: eventKeySchema, claim: claimSchema, receivableMicro: quantitySchema }),
  /**
   * A transaction that pays addresses of ours was read, for the first time or with another status. A hint, which may be lost: what
   * waits for it looks at its chain now.
   */
  'transfer.noticed': z.strictObject({
    chain: chainSchema,
    hash: z.string(),
    toAddresses: z.array(z.string()).max(100),
    status: z.enum(transferStatuses),
  }),
  /** The time of a listing is over, or a closing listing got units back: the marketplace mints an event that returns them. */
  'listing.lapsed': z.strictObject({
    eventKey: eventKeySchema,
    listingId: z.string(),
    seller: onliIdSchema,
    /** Which lapse of this listing: the same units lapse under one number, later leftovers under the next. */
    lapse: z.number().int().positive(),
  }),
  /** Onli Cloud says a user's vault holds other units than the ledger, and no event in flight explains it. */
  'vault.observed': z.strictObject({
    account: z.string(),
    vaultUnits: quantitySchema,
    /** The version of the balance that was compared: if it has moved on, the observation is stale and means nothing. */
    ledgerVersion: quantitySchema,
  }),
  /** Something was changed that processes keep for a second: they drop it now. */
  'config.changed': z.strictObject({ version: z.number().int() }),
  'access.changed': z.strictObject({ onliId: onliIdSchema }),
  /** A delivery's operator decision: the asset-manager may now refuse although an attempt is recorded. */
  'review.decided': z.strictObject({
    eventKey: eventKeySchema,
    decision: z.enum(['confirm', 'refuse']),
    reason: z.string(),
  }),
} as const
export type NoticeName = keyof typeof noticeSchemas

export type Topic = keyof StateBodies | NoticeName
export type Body<T extends Topic> = T extends keyof StateBodies
  ? StateBodies[T]
  : T extends NoticeName
    ? z.infer<(typeof noticeSchemas)[T]>
    : never

/** The schema of a topic's body. */
export function schemaOf<T extends Topic>(topic: T): z.ZodType<Body<T>> {
  const schema =
    topic in stateBodySchemas ? stateBodySchemas[topic as keyof StateBodies] : noticeSchemas[topic as NoticeName]
  return schema as unknown as z.ZodType<Body<T>>
}

/** The subject a message is published on. */
export function subjectOf(topic: Topic, partition: number): string {
  return topic in stateBodySchemas ? `species.event.${topic}.v1.${partition}` : `species.${topic}.v1.${partition}`
}

/** JSON of a body: quantities become strings of digits, undefined fields vanish. */
export function encodeBody(body: unknown): string {
  return JSON.stringify(body, (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value))
}
