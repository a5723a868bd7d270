import type { OperatorRole } from './access.ts'
import type { Awaiting } from './awaiting.ts'
import type { StoredChainsVersion } from './chain-history.ts'
import type { Chain } from './chains.ts'
import type { DepositsQueries } from './deposits.ts'
import type { PinnedConfig, MarketplaceConfig } from './config.ts'
import type { MarketplaceEvent } from './event.ts'
import type { EndState, State } from './lifecycle.ts'
import type { AgentStanding, AgentUse } from './mandates.ts'
import type { EventRefusal } from './messages.ts'
import type { AccountCredit, ProceedsEvent, SoldFill } from './proceeds.ts'
import type { ShownReceipt } from './receipt.ts'
import type { Asset } from '@species/kernel'

/**
 * The read-only questions modules may ask each other. Each is answered by code of the module that owns the rows, over
 * whichever database handle compose gives it: the primary for decisions, a replica for pages.
 */
export interface ConfigQueries {
  /** The newest version, not cached: for decisions inside a transaction. Throws a retryable Fault `config_unreadable` where this code cannot read it. */
  latest(): Promise<PinnedConfig>
  /** The newest version that this code can read: for pages. */
  lastReadable(): Promise<ReadableConfig>
  /** One version; a version never changes. Throws a Bug where there is none, a Fault `config_unreadable` where this code cannot read it. */
  at(version: number): Promise<MarketplaceConfig>
  /** Where the chains' settings changed in the versions after `after` and up to `upTo`, oldest first; without `chains` where this code cannot read them. */
  chainHistory(after: number, upTo: number): Promise<StoredChainsVersion[]>
}

/** A version for pages. Where `newest` is another, this code cannot read that one, and nothing is decided by the one it can. */
export interface ReadableConfig extends PinnedConfig {
  readonly newest: number
}

/** Config as modules use it: `current` is at most one second old, `at` is kept for ever. */
export interface ConfigReader {
  current(): Promise<PinnedConfig>
  at(version: number): Promise<MarketplaceConfig>
}

/** The configuration for pages: like `current`, and where the newest version cannot be read the last that can. */
export interface ConfigPages {
  readable(): Promise<ReadableConfig>
}

export interface UserStanding {
  readonly onliId: string
  readonly vaultId: string
  readonly status: 'active' | 'suspended' | 'frozen'
}

export interface WalletOwner {
  readonly address: string
  readonly onliId: string
  readonly provenAtMs: number
}

export interface AuthenticatorQueries {
  /** Users by id; unknown ids are absent. */
  standings(onliIds: readonly string[]): Promise<Map<string, UserStanding>>
  /**
   * Who owned addresses at a time (Unix ms): a payment belongs to the owner at its block's time. If there was none, the first who
   * proved the address since, which `provenAtMs` tells; never proven since then: absent. EVM addresses lower-case.
   */
  walletOwners(chain: Chain, addresses: readonly string[], atMs: number): Promise<Map<string, WalletOwner>>
  /** Every user's vault, in pages by id, for reconciliation. */
  vaults(afterOnliId: string, limit: number): Promise<UserStanding[]>
  /**
   * Keys of these that were revoked, or belong to a suspended operator: asked again in the hold's transaction. A key that has merely
   * ended, as each does by rotation, is not among them: what it signed in its time is good.
   */
  revokedKeys(keyIds: readonly string[]): Promise<Set<string>>
  /**
   * Those of operators' keys whose word does not count now: revoked, or of a person who is suspended or has not at least this role. A key
   * that has expired or was rotated has given its word while it was good. Ask within
   * a transaction: what is answered stays so until it ends.
   */
  voidKeys(keyIds: readonly string[], least: OperatorRole): Promise<Set<string>>
  /** Under which name the allowance of each of these keys is counted; of one that was never rotated its own id. */
  allowanceIds(keyIds: readonly string[]): Promise<Map<string, string>>
  /** Agents as they stand, with their mandates; unknown ones are absent. Asked again in the hold's transaction. */
  agents(agentIds: readonly string[]): Promise<Map<string, AgentStanding>>
}

export interface LedgerBalance {
  readonly account: string
  readonly asset: Asset
  readonly posted: bigint
  readonly held: bigint
}

export interface StatementLine {
  readonly seq: bigint
  readonly transferId: string
  readonly eventKey: string | undefined
  readonly kind: string
  readonly account: string
  readonly asset: Asset
  readonly amount: bigint
  readonly balanceAfter: bigint
  readonly atMs: number
}

/** An account over a time: micro-USDT or units, credits above zero. */
export interface AccountPeriod {
  readonly account: string
  readonly asset: Asset
  readonly opening: bigint
  /** What came in, and what went out: both above zero. */
  readonly ins: bigint
  readonly outs: bigint
  readonly entries: number
  readonly closing: bigint
}

export interface TrialBalance {
  readonly asset: Asset
  readonly debits: bigint
  readonly credits: bigint
}

export interface InFlight {
  readonly eventKey: string
  readonly deadlineMs: number
  readonly lines: readonly { account: string; asset: Asset; amount: bigint }[]
}

/** What the cashier holds for events. Of a row that cannot be read the event is named, and the others are told nevertheless. */
export interface AllInFlight {
  readonly events: InFlight[]
  readonly unreadable: string[]
}

/** A claim of a payment as the ledger must have it. */
export interface ClaimStanding {
  /** The ledger's name for the payment. */
  readonly transferId: string
  readonly amountMicro: bigint
  /** `moving`: it is on its way into the ledger, or vanished and on its way out. */
  readonly standing: 'booked' | 'moving' | 'reversed'
}

/** A part of an audit, bounded in rows. */
export interface AuditPart {
  readonly breaches: string[]
  /** Rows that were looked at. */
  readonly rows: number
  /** Where to go on; absent: all was looked at. */
  readonly next?: string
}

export interface CashierQueries {
  balances(accounts: readonly string[]): Promise<LedgerBalance[]>
  /** Lines of the accounts, newest first, before `beforeSeq`. */
  statement(accounts: readonly string[], beforeSeq: bigint | undefined, limit: number): Promise<StatementLine[]>
  /** Held and not yet settled or released. */
  inFlight(): Promise<AllInFlight>
  /** Broken invariants of the whole ledger, in words; empty when all hold. Takes as long as it takes. */
  auditLedger(): Promise<string[]>
  /** The same from a place that an earlier answer named, for as long as there is time: a page at least. */
  auditLedgerFrom(place: string | undefined, hasTime: () => boolean): Promise<AuditPart>
  /** Sum of USDT that ever came in from `world:*` by claimed payments, less what was reversed; micro-units. */
  paymentsBooked(): Promise<bigint>
  /** What each of these payments (`payment:…`) brought in, less what was reversed; micro-units. */
  bookedMicro(paymentTransferIds: readonly string[]): Promise<ReadonlyMap<string, bigint>>
  /** Payments that were booked or reversed, in the order of their names after `after`: a page. */
  paymentsFrom(after: string): Promise<{ paymentTransferIds: string[]; rows: number; next?: string }>
  /** What an event's payments left its payer as credit: less what was reversed, and what repaid a debt; micro-units. */
  creditedMicro(eventKey: string): Promise<bigint>
  /** Which of these payments (`payment:…`) were taken back because they vanished from their chain. */
  reversedAmong(paymentTransferIds: readonly string[]): Promise<string[]>
  /**
   * What these users have free of their credit, micro-units, and which of these events the cashier has decided: of one moment, so that
   * what an event needs is either held already or still to be counted, and never both.
   */
  spendable(onliIds: readonly string[], eventKeys: readonly string[]): Promise<Spendable>
  /** Units of these accounts with the version of their balance, for comparison with vaults. */
  units(accounts: readonly string[]): Promise<{ account: string; units: bigint; version: bigint }[]>
  /**
   * What these users had from other users since then (Unix ms): USDT as proceeds, and units as transfers. Not complete where an account
   * had more lately than is read.
   */
  inflows(onliIds: readonly string[], sinceMs: number): Promise<Inflows>
  stageOf(eventKey: string): Promise<StageMark | undefined>
  /** USDT that came into an account since then (Unix ms); undefined where that was too often to be counted. */
  cameIn(account: string, sinceMs: number): Promise<bigint | undefined>
  /** What an agent has used of its mandate (now in Unix ms). */
  agentUse(agentId: string, nowMs: number): Promise<AgentUse>
  /** USDT that came into an account by entries after this one, oldest first. */
  creditsAfter(account: string, seq: bigint, limit: number): Promise<AccountCredit[]>
  /** The next entries of the ledger by their numbers, and the transfers to which they belong, whole. */
  entriesAfter(seq: bigint, limit: number): Promise<LedgerPage>
  /** These transfers with all their entries; unknown ones are absent. */
  transfersById(transferIds: readonly string[]): Promise<LedgerTransfer[]>
  /** Transfers of an event with all their entries, in the order of their first. */
  transfersOf(eventKey: string, limit: number): Promise<LedgerTransfer[]>
  /** Accounts by name after `after`, with what they had, what moved, and what they have at the end. Times in Unix ms, `toMs` not included. */
  accountPeriods(asked: {
    readonly fromMs: number
    readonly toMs: number
    readonly after?: { readonly account: string; readonly asset: Asset }
    /** Only these; all, unless given. */
    readonly accounts?: readonly string[]
    readonly limit: number
  }): Promise<AccountPeriod[]>
  /** Debit and credit balances of all accounts at a time, by asset: equal, if the ledger is right. */
  trialBalance(atMs: number): Promise<TrialBalance[]>
  /** Lines of accounts that were posted in a time, oldest first, after a number. */
  linesBetween(asked: {
    readonly accounts: readonly string[]
    readonly fromMs: number
    readonly toMs: number
    readonly afterSeq: bigint
    readonly limit: number
  }): Promise<StatementLine[]>
  /** USDT balances of accounts that begin so, by name after `after`; without those that are zero. */
  balancesIn(family: string, after: string, limit: number): Promise<{ account: string; posted: bigint }[]>
  /** The sums of all balances that begin with each of these names, or are named so. */
  balancesUnder(names: readonly string[]): Promise<{ name: string; asset: Asset; posted: bigint }[]>
}

/**
 * A page of the ledger's entries. A number that is missing belongs to a transaction that has not ended yet, or that was rolled back.
 */
export interface LedgerPage {
  readonly seqs: readonly bigint[]
  /** In the order of their first entries. */
  readonly transfers: readonly LedgerTransfer[]
}

/** A posted transfer with all its entries. */
export interface LedgerTransfer {
  readonly transferId: string
  readonly eventKey: string | undefined
  readonly kind: string
  readonly atMs: number
  readonly entries: readonly {
    readonly seq: bigint
    readonly account: string
    readonly asset: Asset
    readonly amount: bigint
  }[]
}

/** `amount`: micro-USDT or units. */
export interface Inflows {
  readonly isComplete: boolean
  readonly flows: readonly {
    readonly from: string
    readonly to: string
    readonly asset: Asset
    readonly amount: bigint
  }[]
}

export interface Spendable {
  /** Users without any credit are absent. */
  readonly freeMicro: ReadonlyMap<string, bigint>
  /** What is payable to them; those to whom nothing is are absent. */
  readonly payableMicro: ReadonlyMap<string, bigint>
  readonly decided: ReadonlySet<string>
}

/** How far a module has brought an event, by its own row. */
export interface StageMark {
  readonly state: State
  readonly atMs: number
  /** For waiting: what for and until when. */
  readonly awaiting?: Awaiting
  readonly untilMs?: number
  /** Why it is on the road back, as its receipt will say. */
  readonly refusal?: Pick<EventRefusal, 'code' | 'detail'>
}

export interface ListingView {
  readonly listingId: string
  readonly seller: string
  readonly unitPriceMicro: bigint
  readonly unitsTotal: bigint
  readonly unitsAvailable: bigint
  readonly status: string
  readonly createdAtMs: number
  readonly expiresAtMs: number
}

/** Units for sale at one price. */
export interface BookLevel {
  readonly unitPriceMicro: bigint
  readonly units: bigint
  readonly listings: number
}

/** A purchase that has settled, as everyone may know it: not whose it was. */
export interface TradeView {
  readonly atMs: number
  readonly source: 'treasury' | 'market'
  readonly units: bigint
  readonly unitPriceMicro: bigint
}

export interface MatchingQueries {
  /** Prices of the first `listings` open listings, cheapest first; `isWhole`: there are no more. */
  depth(listings: number, nowMs: number): Promise<{ readonly levels: BookLevel[]; readonly isWhole: boolean }>
  /** The newest settled purchases, newest first; one from several listings is several trades. */
  trades(purchases: number): Promise<TradeView[]>
  /** A seller's listings that are not closed, newest first, with what is reserved of them. */
  listingsOf(seller: string, limit: number): Promise<(ListingView & { readonly unitsReserved: bigint })[]>
  /** Open listings with free units, cheapest and then oldest first, after the cursor. */
  openListings(
    after: { unitPriceMicro: bigint; createdAtMs: number; listingId: string } | undefined,
    limit: number,
    nowMs: number,
  ): Promise<ListingView[]>
  listing(listingId: string): Promise<ListingView | undefined>
  /** What these purchases bought from which listings. */
  soldBy(eventKeys: readonly string[]): Promise<SoldFill[]>
  /** Broken invariants of the whole book, in words. Takes as long as it takes. */
  auditBook(): Promise<string[]>
  /** The same of the listings after this one: a page. */
  auditBookFrom(after: string): Promise<AuditPart>
  stageOf(eventKey: string): Promise<StageMark | undefined>
}

/** A claim of a payment, as operators read it. */
export interface ClaimedPayment {
  readonly chain: Chain
  readonly hash: string
  readonly fromAddress: string
  readonly toAddress: string
  readonly amountMicro: bigint
  readonly eventKey: string | undefined
  readonly payer: string | undefined
  readonly minedAtMs: number
  readonly claimedAtMs: number
  readonly vanishedAtMs: number | undefined
}

/** A payment that is claimed and not yet in its payer's credit. */
export interface UncreditedClaim {
  readonly eventKey: string
  readonly amountMicro: bigint
  readonly chain: Chain
  readonly blockNumber: number
  readonly blockTimeMs: number
  /** Its money is in suspense, and not in `world:<chain>` alone. */
  readonly fromSuspense: boolean
}

export interface ValidatorQueries {
  /** The claims of an event, or of a transaction on any chain: the first hundred. */
  paymentsOf(by: { readonly eventKey: string } | { readonly hash: string }): Promise<ClaimedPayment[]>
  /** Sum of claimed payments that were not reversed; micro-units. */
  paymentsClaimed(): Promise<bigint>
  /** Claims that credit somebody, in the order of their names after `after`: a page. */
  claimsFrom(after: string): Promise<{ claims: ClaimStanding[]; next?: string }>
  /** Which of these payments (`payment:…`) were never claimed. */
  unclaimed(paymentTransferIds: readonly string[]): Promise<string[]>
  /** Payments that events wait for and that are not proven: of this owner, or of all; counted up to `atMost`. */
  readonly unproven: (owner: string | undefined, atMost: number) => Promise<number>
  /** Payments that are still watched although their events were refused: of this owner, or of all; counted up to `atMost`. */
  readonly watched: (owner: string | undefined, atMost: number) => Promise<number>
  /**
   * What these payers have paid by claims that may still vanish, micro-units: those with a re-check to come, and those claimed after the
   * time of their chain (Unix ms). Payers without any are absent.
   */
  immature(payers: readonly string[], claimedAfterMs: Readonly<Record<Chain, number>>): Promise<Map<string, bigint>>
  /** Claims that are not yet credited. */
  uncredited(): Promise<UncreditedClaim[]>
  stageOf(eventKey: string): Promise<StageMark | undefined>
}

export interface AssetManagerQueries {
  stageOf(eventKey: string): Promise<StageMark | undefined>
}

export interface StoredReceipt {
  readonly receiptId: string
  readonly eventKey: string
  readonly owner: string
  readonly parties: readonly string[]
  /** The receipt as it was signed when it was written, with everything in it: a compact JWS. It is never shown as it is. */
  readonly jws: string
  readonly state: EndState
  readonly issuedAtMs: number
}

/** That a receipt was written, and for which parties. */
export type ReceiptNotice = Pick<StoredReceipt, 'receiptId' | 'eventKey' | 'owner' | 'parties' | 'state' | 'issuedAtMs'>

/** Who asks for a receipt of which they are a party, or an operator. */
export interface ReceiptReader {
  readonly onliId: string
  readonly isOperator: boolean
}

/** A receipt as one reader is shown it. */
export interface PresentedReceipt {
  readonly receipt: ShownReceipt
  /** The signed form (SD-JWT), with the disclosures of what this reader may read. */
  readonly jws: string
  /** How many fields are under the signature and for others. */
  readonly withheld: number
}

/** Shows a stored receipt to a reader. The same receipt has the same signed part for all of them, whenever they ask. */
export type PresentReceipt = (stored: StoredReceipt, reader: ReceiptReader) => PresentedReceipt

/** Where a page of receipts ended. */
export interface ReceiptPlace {
  readonly issuedAtMs: number
  readonly receiptId: string
}

/** What the ledger must have of an event that a receipt says is completed. Micro-USDT. */
export interface ReceiptFacts {
  readonly receiptId: string
  readonly eventKey: string
  readonly owner: string
  readonly issuedAtMs: number
  readonly ledgerTransferIds: readonly string[]
  /** What it says of each party's balances, after less before; a party of which it says nothing is absent. */
  readonly changes: readonly { readonly onliId: string; readonly asset: Asset; readonly amount: bigint }[]
  readonly feeMicro: bigint
}

export interface FloorManagerQueries {
  /** The newest receipt of an event: a superseding one wins. */
  receiptOf(eventKey: string): Promise<StoredReceipt | undefined>
  receipt(receiptId: string): Promise<StoredReceipt | undefined>
  /** Receipts written since then (Unix ms), oldest first, after the one that is named; in pages. */
  receiptsSince(sinceMs: number, after: string | undefined, limit: number): Promise<ReceiptNotice[]>
  /** First receipts of completed events in the order of their time, after this one; in pages. */
  completedAfter(after: ReceiptPlace, limit: number): Promise<ReceiptFacts[]>
  /** Which of these events have a receipt. */
  withReceipt(eventKeys: readonly string[]): Promise<Set<string>>
  openReviews(): Promise<{ eventKey: string; reason: string; openedAtMs: number }[]>
  stageOf(eventKey: string): Promise<StageMark | undefined>
}

/** A control account of the operator's book: micro-USDT or units, debits above zero. */
export interface BookAccountStanding {
  readonly name: string
  readonly asset: Asset
  readonly bookId: string
  /** What was written into it. */
  readonly written: bigint
}

export interface MirrorQueries {
  accounts(): Promise<BookAccountStanding[]>
  /** Entries that the book refuses, the oldest first. */
  refused(limit: number): Promise<{ readonly externalId: string; readonly refusal: string }[]>
}

/** A payout to which a transfer may belong. */
export interface PayoutStanding {
  readonly payoutId: string
  readonly owner: string
  readonly chain: Chain
  /** As addresses are compared. */
  readonly address: string
  readonly amountMicro: bigint
  readonly state: string
  readonly approvedAtMs: number | undefined
}

export interface PayoutsQueries {
  /** Payouts to these addresses that were approved, the newest first; at most 1,000. */
  payoutsTo(chain: Chain, addresses: readonly string[]): Promise<PayoutStanding[]>
}

export interface EventKeyRow {
  readonly eventKey: string
  readonly owner: string
  readonly eventId: string
  readonly acceptedAtMs: number
  readonly ended: EndState | undefined
}

export interface MarketplaceQueries {
  eventByOwner(owner: string, eventId: string): Promise<EventKeyRow | undefined>
  /** Events by their keys; unknown ones are absent. */
  eventsByKey(eventKeys: readonly string[]): Promise<ReadonlyMap<string, EventKeyRow>>
  /** What an event asked for; undefined where there is none, or where this code cannot read it. */
  eventBody(eventKey: string): Promise<MarketplaceEvent | undefined>
  /** Those of these events that name an address for their proceeds. */
  proceedsAsked(eventKeys: readonly string[]): Promise<ProceedsEvent[]>
  /** Accepted and not ended, oldest first. */
  unfinished(limit: number): Promise<EventKeyRow[]>
}

/** Whom a module may ask, and what each answers. */
export interface ModuleQueries {
  readonly config: ConfigQueries
  readonly authenticator: AuthenticatorQueries
  readonly marketplace: MarketplaceQueries
  readonly validator: ValidatorQueries
  readonly matching: MatchingQueries
  readonly cashier: CashierQueries
  readonly assetManager: AssetManagerQueries
  readonly floorManager: FloorManagerQueries
  readonly deposits: DepositsQueries
  readonly mirror: MirrorQueries
  readonly payouts: PayoutsQueries
}
