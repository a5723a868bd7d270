/**
 * The chains that USDT is taken on, as facts: the one place that knows them. Nothing here needs anything else, so that a domain may
 * read it. To add one, see docs/how-to/add-a-chain.md.
 */

/** Chains of one family share the form of addresses and hashes, and the way in which a wallet signs. */
export type ChainFamily = 'EVM' | 'TRON'

export interface ChainFacts {
  readonly family: ChainFamily
  /** Its name at the partner that reads the family: Moralis for EVM (data API v2.2); TRON's node serves one chain. */
  readonly partnerName: string
  /** What Moralis Streams calls it; absent where Streams does not serve it. */
  readonly streamsId?: string
  /** What NOWPayments calls its USDT; absent where NOWPayments does not take it. */
  readonly nowPaymentsTicker?: string
  /** EIP-155: the number by which wallets know an EVM chain. */
  readonly chainId?: number
  /**
   * The genuine USDT: names and symbols prove nothing. `address` in the form in which addresses are compared. BSC's has 18 decimals,
   * POLYGON's contract is the one that calls itself USDT0 now.
   */
  readonly usdt: { readonly address: string; readonly decimals: number }
  /** Usual time of a block, milliseconds. */
  readonly blockMs: number
  /** Confirmations that a payment needs if none are configured. */
  readonly confirmations: number
  /** Of a chain that has always been here, every stored configuration says something; one without a later chain has it closed. */
  readonly since: 'always' | 'later'
}

export const chainFacts = {
  ETH: {
    family: 'EVM',
    partnerName: 'eth',
    streamsId: '0x1',
    nowPaymentsTicker: 'usdterc20',
    chainId: 1,
    usdt: { address: '0xdac17f958d2ee523a2206206994597c13d831ec7', decimals: 6 },
    blockMs: 12_000,
    confirmations: 12,
    since: 'always',
  },
  BSC: {
    family: 'EVM',
    partnerName: 'bsc',
    streamsId: '0x38',
    nowPaymentsTicker: 'usdtbsc',
    chainId: 56,
    usdt: { address: '0x55d398326f99059ff775485246999027b3197955', decimals: 18 },
    blockMs: 3_000,
    confirmations: 18,
    since: 'always',
  },
  POLYGON: {
    family: 'EVM',
    partnerName: 'polygon',
    streamsId: '0x89',
    nowPaymentsTicker: 'usdtmatic',
    chainId: 137,
    usdt: { address: '0xc2132d05d31c914a87c6611c10748aeb04b58e8f', decimals: 6 },
    blockMs: 2_000,
    confirmations: 100,
    since: 'always',
  },
  TRON: {
    family: 'TRON',
    partnerName: 'tron',
    nowPaymentsTicker: 'usdttrc20',
    usdt: { address: 'TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t', decimals: 6 },
    blockMs: 3_000,
    confirmations: 1,
    since: 'always',
  },
} as const satisfies Record<string, ChainFacts>

export type Chain = keyof typeof chainFacts

/** All of them, in the order of the table. */
export const chains = Object.keys(chainFacts) as [Chain, ...Chain[]]

interface FamilyFacts {
  /** Whether two addresses that differ in case alone are two. */
  readonly caseMatters: boolean
  /** What stands before the 64 hexadecimal digits of a transaction's hash. */
  readonly hashPrefix: '0x' | ''
  /** By what lists of transfers are ordered and asked for: heights of blocks, or times of blocks in milliseconds. */
  readonly listedBy: 'height' | 'time'
  /**
   * Blocks after which what a node shows cannot vanish any more. Undefined where no node says so: a payment is taken after as many
   * confirmations as are configured, and may still vanish.
   */
  readonly solidAfterBlocks?: number
}

export const familyFacts: Readonly<Record<ChainFamily, FamilyFacts>> = {
  EVM: { caseMatters: false, hashPrefix: '0x', listedBy: 'height' },
  TRON: { caseMatters: true, hashPrefix: '', listedBy: 'time', solidAfterBlocks: 19 },
}

export function familyOf(chain: Chain): ChainFamily {
  return chainFacts[chain].family
}

export function chainsOf(family: ChainFamily): Chain[] {
  return chains.filter((chain) => familyOf(chain) === family)
}

/** One value for every chain, by its name. */
export function forEveryChain<T>(make: (chain: Chain) => T): Record<Chain, T> {
  return Object.fromEntries(chains.map((chain) => [chain, make(chain)])) as Record<Chain, T>
}

/** The genuine USDT of a chain: its address as addresses are compared, and its decimals. */
export function usdtOf(chain: Chain): ChainFacts['usdt'] {
  return chainFacts[chain].usdt
}

/** An address in the one form in which it is stored and compared. */
export function comparableAddress(family: ChainFamily, address: string): string {
  return familyFacts[family].caseMatters ? address : address.toLowerCase()
}

/** A transaction hash in the one form in which it is claimed; undefined where the text is no hash of that chain. */
export function normaliseHash(chain: Chain, text: string): string | undefined {
  const digits = /^(?:0x)?([0-9a-fA-F]{64})$/.exec(text)?.[1]?.toLowerCase()
  return digits === undefined ? undefined : `${familyFacts[familyOf(chain)].hashPrefix}${digits}`
}

/** The form of a transaction hash, in words. */
export function hashForm(chain: Chain): string {
  const { hashPrefix } = familyFacts[familyOf(chain)]
  return `${hashPrefix === '' ? '' : `${hashPrefix} and `}64 hexadecimal digits`
}

/** Whether what a node has shown on this chain can vanish from it. */
export function canVanish(chain: Chain): boolean {
  return familyFacts[familyOf(chain)].solidAfterBlocks === undefined
}

/** How long a payment usually takes to be final, milliseconds, where so many confirmations are configured. */
export function finalityMs(chain: Chain, confirmations: number): number {
  return (familyFacts[familyOf(chain)].solidAfterBlocks ?? confirmations) * chainFacts[chain].blockMs
}
