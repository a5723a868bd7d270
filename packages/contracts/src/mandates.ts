import { z } from 'zod'
import { chainSchema, intentSchema, onliIdSchema } from './event.ts'
import { quantitySchema } from './quantity.ts'

/** Where an agent's payments may come from: a chain, the owner's credit, or what is payable to them for sales. */
export const paymentSources = [...chainSchema.options, 'credit', 'payable'] as const

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export type Weekday = (typeof weekdays)[number]

/** Rolling windows: any 60 minutes, any 24 hours, any 30 days. */
export const mandateWindows = { perHour: 'hour', perDay: 'day', perMonth: 'month' } as const

const amountsSchema = z.strictObject({
  perTrade: quantitySchema.optional(),
  perHour: quantitySchema.optional(),
  perDay: quantitySchema.optional(),
  perMonth: quantitySchema.optional(),
})
export type MandateAmounts = z.infer<typeof amountsSchema>

const clockTime = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day such as "09:30"')

/** An IANA time zone that this program can tell the time in. */
export const timeZoneSchema = z
  .string()
  .max(64)
  .refine((timeZone) => {
    try {
      Intl.DateTimeFormat('en', { timeZone })
      return true
    } catch {
      return false
    }
  }, 'must be a time zone such as "Europe/Berlin"')

export const hoursSchema = z.strictObject({
  timeZone: timeZoneSchema,
  from: clockTime,
  /** The first minute that is outside. Before `from`: on the next day. */
  to: clockTime,
  /** On which days a span may begin; every day, unless given. */
  days: z.array(z.enum(weekdays)).min(1).max(7).optional(),
})

/**
 * What a person allows an agent. Amounts are micro-USDT with fees, and whole units; an absent field allows everything, but an event that
 * no amount bounds is refused. A mandate never contains money out.
 */
export const mandateSchema = z
  .strictObject({
    usdt: amountsSchema.optional(),
    units: amountsSchema.optional(),
    intents: z.array(intentSchema).min(1).max(10).optional(),
    /** With whom it may deal; `market` is everyone who sells or buys there. */
    counterparties: z.array(onliIdSchema).max(100).optional(),
    chains: z.array(z.enum(paymentSources)).max(10).optional(),
    /** Micro-USDT for one unit, without fees. */
    prices: z.strictObject({ buyAtMost: quantitySchema.optional(), sellAtLeast: quantitySchema.optional() }).optional(),
    hours: hoursSchema.optional(),
    /** Unix ms. Nothing is funded from then on. */
    expiresAtMs: z.number().int().nonnegative().optional(),
    /** What is above either amount takes the approval of a person. */
    approvalAbove: z.strictObject({ usdt: quantitySchema.optional(), units: quantitySchema.optional() }).optional(),
  })
  .refine(({ usdt, units }) => Object.values({ ...usdt, ...units }).some((amount) => amount !== undefined), {
    message: 'name at least one amount: `usdt` or `units`, per trade, hour, day or month',
    path: ['usdt'],
  })
export type Mandate = z.infer<typeof mandateSchema>

/** An agent as it stands, with the mandate in force. */
export interface AgentStanding {
  readonly agentId: string
  readonly owner: string
  readonly name: string
  /**
   * `paused` and `revoked` are its own; the owner has stopped all of theirs, or an operator all there are. `unreadable`: its mandate was
   * written by a newer version of the program.
   */
  readonly status: 'active' | 'paused' | 'revoked' | 'stopped_by_owner' | 'stopped_by_operator' | 'unreadable'
  /** Counts the mandates of the agent. */
  readonly mandateVersion: number
  readonly mandate: Mandate | undefined
}

/** What an agent was charged in the windows that end now: any 60 minutes, 24 hours and 30 days. */
export interface AgentUse {
  readonly usdtMicro: Readonly<Record<keyof typeof mandateWindows, bigint>>
  readonly units: Readonly<Record<keyof typeof mandateWindows, bigint>>
}
