import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { type Chain, type ChainFacts, chainFacts } from './chains.ts'
import { wireUsdtSchema } from './event.ts'
import { type Fee, type FeeFacts, feeFacts } from './intents.ts'

const basisPoints = z.number().int().min(0).max(5_000)
const durationMs = z
  .number()
  .int()
  .min(100)
  .max(90 * 86_400_000)

export const chainConfigSchema = z
  .strictObject({
    enabled: z.boolean(),
    /** Where payers send USDT. EVM: 0x and 40 hexadecimal digits, compared lower-case; TRON: base58check. */
    depositAddresses: z.array(z.string().min(20).max(64)).max(20),
    /** EVM: blocks from inclusion to head, both counted. TRON is final once solidified and takes 1. */
    confirmations: z.number().int().min(1).max(1_000),
    /** True: no payment of this chain is claimed, whenever it was mined. Events wait and their deadlines stand still. */
    halted: z.boolean().default(false),
    /** Addresses once ours whose keys others may have. Unclaimed payments to them go to review. */
    compromisedAddresses: z.array(z.string().min(20).max(64)).max(100).default([]),
    /** Addresses of ours that quotes lease, each to one quote at a time. Without any, quotes share the deposit addresses. */
    quoteAddresses: z.array(z.string().min(20).max(64)).max(1_000).default([]),
    /** Our own wallets that payouts are sent from. A transfer from another address proves no payout. */
    ourWallets: z.array(z.string().min(20).max(64)).max(20).default([]),
    /** Addresses that no money is sent to, and from which none is credited, on any chain of the family. */
    deniedAddresses: z.array(z.string().min(20).max(64)).max(1_000).default([]),
    /** Minimum age of a claimed payment before what it paid for can be paid out; its last re-check must be done as well. */
    payoutMaturityMs: z
      .number()
      .int()
      .min(0)
      .max(90 * 86_400_000)
      .default(3_600_000),
  })
  .refine(({ enabled, depositAddresses }) => !enabled || depositAddresses.length > 0, {
    message: 'an enabled chain needs a deposit address',
    path: ['depositAddresses'],
  })

type ChainConfig = z.infer<typeof chainConfigSchema>

/** What is configured of each chain. A configuration from before a chain was there has it closed. */
export function chainsConfigSchema<Name extends string>(
  facts: Readonly<Record<Name, Pick<ChainFacts, 'since' | 'confirmations'>>>,
): z.ZodType<Record<Name, ChainConfig>> {
  const names = Object.keys(facts) as Name[]
  const closed = (name: Name): ChainConfig =>
    chainConfigSchema.parse({ enabled: false, depositAddresses: [], confirmations: facts[name].confirmations })
  return z.strictObject(
    Object.fromEntries(
      names.map((name) => [
        name,
        facts[name].since === 'always' ? chainConfigSchema : chainConfigSchema.default(() => closed(name)),
      ]),
    ),
  ) as unknown as z.ZodType<Record<Name, ChainConfig>>
}

/** What is configured of each fee. A configuration from before a fee was there takes none. */
export function feesConfigSchema<Name extends string>(
  facts: Readonly<Record<Name, FeeFacts>>,
): z.ZodType<Record<Name, number>> {
  const names = Object.keys(facts) as Name[]
  return z.strictObject(
    Object.fromEntries(
      names.map((name) => [name, facts[name].since === 'always' ? basisPoints : basisPoints.default(0)]),
    ),
  ) as unknown as z.ZodType<Record<Name, number>>
}

const payoutsConfigSchema = z.strictObject({
  /** False: no payout is requested, approved or sent. What was sent is followed to its end. */
  enabled: z.boolean().default(false),
  /** How long an address must be in a user's address book before money is sent to it. */
  addressDelayMs: z
    .number()
    .int()
    .min(0)
    .max(90 * 86_400_000)
    .default(86_400_000),
  /** Payouts to one user, or to one address, that come to more than this in 24 hours are approved by two people. */
  secondPersonUsdt: wireUsdtSchema.default('1000'),
  /** The most that one payout can be. */
  maxUsdt: wireUsdtSchema.default('100000'),
})

/** The marketplace's configuration (versioned, audited). Not the settings of a process: those come from the environment. */
export const marketplaceConfigSchema = z.strictObject({
  /** Off: no new event is accepted and no hold is taken; what was delivered is finished. */
  trading: z.enum(['on', 'off']),
  /** USDT for one unit, from the treasury and to the liquidity pool. */
  treasuryPrice: wireUsdtSchema.refine((text) => /[1-9]/.test(text), 'must not be zero'),
  redeemPrice: wireUsdtSchema.refine((text) => /[1-9]/.test(text), 'must not be zero'),
  /** Fees in basis points of the event's actual total; on top for the buyer, off the proceeds for seller and redeemer. */
  feeBasisPoints: feesConfigSchema<Fee>(feeFacts),
  chains: chainsConfigSchema<Chain>(chainFacts),
  freezes: z
    .strictObject({
      /** So many users are frozen in 24 hours because their payments vanished. Beyond it payouts are halted once instead. */
      mostPerDay: z.number().int().min(0).max(1_000_000).default(20),
    })
    .default({ mostPerDay: 20 }),
  /** How long the owner of a wallet may object to a newer proof of it, before the wallet is transferred. */
  walletTransferMs: z
    .number()
    .int()
    .min(0)
    .max(90 * 86_400_000)
    .default(172_800_000),
  /** How long every operator may refuse a proposed change of the configuration, before it may be approved; an hour by default. */
  changeDelayMs: z
    .number()
    .int()
    .min(0)
    .max(30 * 86_400_000)
    .default(3_600_000),
  /** A price without a quote holds for payments mined within this long of accept. Later money becomes credit. */
  priceHoldMs: durationMs.default(600_000),
  quotes: z
    .strictObject({
      /** How long a quote holds its price and its units. */
      lifeMs: durationMs.default(900_000),
      /** How many unpaid quotes one user may have. */
      maxOpenPerUser: z.number().int().min(1).max(1_000).default(5),
      /** How much of the units for sale all unpaid quotes together may hold, in basis points. */
      unitsShareBasisPoints: z.number().int().min(0).max(10_000).default(2_000),
    })
    .default({ lifeMs: 900_000, maxOpenPerUser: 5, unitsShareBasisPoints: 2_000 }),
  /** A claimed payment is looked at again after these multiples of the chain's confirmations. */
  recheckMultiples: z.array(z.number().int().min(2).max(100)).max(5),
  /** Minimum time for which a claimed payment must be missing before it counts as vanished; half an hour by default. */
  vanishedAfterMs: z.number().int().min(10_000).max(86_400_000).optional(),
  deadlines: z.strictObject({
    /** How long a payment may take to be final before the event is refused; what comes later is credited. */
    paymentMs: durationMs,
    /** How long the validator goes on watching after that. */
    paymentWatchMs: durationMs,
    /** How long an owner may take to consent to a move. */
    consentMs: durationMs,
    /** The same for a redemption, which holds money of the pool meanwhile. */
    redeemConsentMs: durationMs.default(300_000),
    /** How long an unknown delivery or a silent oracle may last before it goes to review. */
    unknownMs: durationMs,
    /** From accept to refusal for everything that has no deadline of its own. */
    eventMs: durationMs,
  }),
  listing: z.strictObject({
    defaultLifeMs: durationMs,
    maxLifeMs: durationMs,
    /** The fewest units that a sale may put on the market. */
    minUnits: z.number().int().min(1).max(1_000_000_000).default(1),
    /** How many listings one seller may have that are not closed. */
    maxOpenPerSeller: z.number().int().min(1).max(10_000).default(200),
  }),
  /** How much of the liquidity pool's money the unfinished redemptions of one user may hold, in basis points. */
  poolShareBasisPoints: z.number().int().min(1).max(10_000).default(500),
  payouts: payoutsConfigSchema.default(() => payoutsConfigSchema.parse({})),
  /** The market's own vaults at Onli Cloud. */
  vaults: z.strictObject({ escrow: z.string().min(3).max(128), liquidityPool: z.string().min(3).max(128) }),
})
export type MarketplaceConfig = z.infer<typeof marketplaceConfigSchema>

/**
 * A configuration as it is stored: fields with the value that the schema gives them anyway are left out, so that processes of the
 * version before, which do not know these fields, can read it.
 */
export function storedForm(config: object, schema: z.ZodType = marketplaceConfigSchema): unknown {
  const stored = structuredClone(config)
  const meansTheSame = (): boolean => {
    const read = schema.safeParse(stored)
    return read.success && isDeepStrictEqual(read.data, config)
  }
  const strip = (part: Record<string, unknown>): void => {
    for (const [name, value] of Object.entries(part)) {
      Reflect.deleteProperty(part, name)
      if (meansTheSame()) continue
      part[name] = value
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) strip(value as Record<string, unknown>)
    }
  }
  strip(stored as Record<string, unknown>)
  return stored
}

/** The settings of the chains alone, by chain. */
export type ChainsConfig = MarketplaceConfig['chains']

/** A version of the configuration. A version never changes, so it may be kept for ever. */
export interface PinnedConfig {
  readonly version: number
  readonly config: MarketplaceConfig
}
