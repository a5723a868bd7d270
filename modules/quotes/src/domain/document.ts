import type { Chain, Match } from '@species/contracts'
import { usdtOf } from '@species/contracts/chains'
import { formatUsdt } from '@species/kernel'
import { baseUnits, paymentLink } from './payment-link.ts'

/** Tells a signed quote from a signed receipt: both are signed with one key. */
export const documentType = 'species-quote+jws'

/** What a quote promises. Amounts in micro-USDT, times in Unix milliseconds. */
export interface Promised {
  readonly quoteKey: string
  readonly owner: string
  readonly intent: string
  readonly match: Match
  readonly totalMicro: bigint
  readonly feeMicro: bigint
  readonly amountMicro: bigint
  readonly chain: Chain
  readonly address: string
  readonly isShared: boolean
  readonly configVersion: number
  readonly createdAtMs: number
  readonly expiresAtMs: number
}

/** A quote as it is signed and shown: plain JSON that never changes. */
export interface QuoteDocument {
  readonly quoteId: string
  readonly owner: string
  readonly sandbox: boolean
  readonly intent: string
  readonly units: string
  readonly fills: readonly { readonly listingId: string; readonly units: string; readonly unitPrice: string }[]
  readonly total: string
  readonly fee: string
  readonly amount: string
  readonly payTo: {
    readonly chain: Chain
    readonly token: string
    readonly address: string
    readonly isShared: boolean
    readonly baseUnits: string
    readonly link: string
  }
  readonly configVersion: number
  readonly createdAt: string
  readonly expiresAt: string
}

/** `inWords` writes a time (RFC 3339). */
export function documentOf(of: Promised, sandbox: boolean, inWords: (ms: number) => string): QuoteDocument {
  const { chain, address, amountMicro } = of
  return {
    quoteId: `qt_${of.quoteKey.replaceAll('-', '')}`,
    owner: of.owner,
    sandbox,
    intent: of.intent,
    units: of.match.units.toString(),
    fills: of.match.fills.map((fill) => ({
      listingId: fill.listingId,
      units: fill.units.toString(),
      unitPrice: formatUsdt(fill.unitPriceMicro),
    })),
    total: formatUsdt(of.totalMicro),
    fee: formatUsdt(of.feeMicro),
    amount: formatUsdt(amountMicro),
    payTo: {
      chain,
      token: usdtOf(chain).address,
      address,
      isShared: of.isShared,
      baseUnits: baseUnits(chain, amountMicro).toString(),
      link: paymentLink(chain, address, amountMicro),
    },
    configVersion: of.configVersion,
    createdAt: inWords(of.createdAtMs),
    expiresAt: inWords(of.expiresAtMs),
  }
}
