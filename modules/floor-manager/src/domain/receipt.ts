import type { Claim, Dossier, Receipt, StateBodies } from '@species/contracts'
import { type MoneyFacts, intentFacts } from '@species/contracts/intents'
import { type Asset, formatUsdt, paymentTransferId } from '@species/kernel'

/** Titles of refusal codes and whether to try again, from the catalogue. */
export type Catalogue = (code: string) => { title: string; retryable: boolean }

export interface ReceiptFrame {
  readonly receiptId: string
  readonly sandbox: boolean
  readonly issuedAt: string
  readonly iso: (ms: number) => string
}

/** The receipt of an event that has settled. Balances are the running balances of the settling transfer. */
export function completedReceipt(dossier: StateBodies['settled'], frame: ReceiptFrame): Receipt {
  const { funding, match, payment, settlement, delivery, oracle, intent } = dossier
  const moneyMoves = match.totalMicro > 0n
  return {
    ...common(dossier, frame),
    // One that vanished before the event was funded has paid for nothing.
    payments: paymentsAmong(dossier, funding.paymentTransferIds),
    status: 'COMPLETED',
    state: 'completed',
    intent,
    units: match.units.toString(),
    parties: partiesOf(dossier),
    ...(moneyMoves ? { price: priceOf(dossier) } : {}),
    paidFrom: payment.source,
    ...fromProceeds(dossier),
    fills: match.fills.map((fill, index) => ({
      listingId: fill.listingId,
      seller: fill.seller,
      units: fill.units.toString(),
      unitPrice: formatUsdt(fill.unitPriceMicro),
      total: formatUsdt(fill.totalMicro),
      fee: formatUsdt(funding.feePerFillMicro[index] ?? 0n),
    })),
    ...(match.listing === undefined ? {} : { listingId: match.listing.listingId }),
    ledgerTransferIds: [...funding.paymentTransferIds, settlement.transferId],
    delivery: {
      operationId: delivery.operationId,
      fromVault: delivery.fromVault,
      toVault: delivery.toVault,
      units: delivery.units.toString(),
    },
    oracle: {
      operationId: oracle.operationId,
      ownerVault: oracle.ownerVault,
      units: oracle.units.toString(),
      wordOf: oracle.wordOf,
      ...(oracle.reason === undefined ? {} : { reason: oracle.reason }),
    },
  }
}

/** The receipt of an event that was refused: nothing moved, and why. */
export function failedReceipt(dossier: StateBodies['returned'], frame: ReceiptFrame, catalogue: Catalogue): Receipt {
  const { refusal, release } = dossier
  return {
    ...common(dossier, frame),
    // One that vanished on the way back was credited to no user.
    payments: paymentsAmong(dossier, release.paymentTransferIds),
    status: 'FAILED',
    state: 'failed',
    ...(dossier.intent === undefined ? {} : { intent: dossier.intent }),
    ...(dossier.event.amount === undefined ? {} : { units: dossier.event.amount }),
    parties: [{ onliId: dossier.event.from, role: 'owner' }],
    ...(release.creditedMicro > 0n ? { credited: formatUsdt(release.creditedMicro) } : {}),
    fills: [],
    ledgerTransferIds: release.paymentTransferIds,
    refusal: { code: refusal.code, ...catalogue(refusal.code), detail: refusal.detail, by: refusal.by },
  }
}

/** What the ledger says of an event whose payment vanished. */
export interface AfterReversal {
  /** What its payments left as credit. */
  readonly creditedMicro: bigint
  /** Ledger transfers of the payments on the receipt that were taken back. */
  readonly reversedIds: readonly string[]
}

/**
 * What is said of a receipt once a payment of its event has vanished: a trade that it paid for is disputed, and names it as what
 * is disputed; a failure names it no more and has less credit. The other facts stay. Undefined where that is what it says.
 */
export function supersedingReceipt(before: Receipt, after: AfterReversal, frame: ReceiptFrame): Receipt | undefined {
  const { receiptId, issuedAt } = frame
  const { credited, ...rest } = { ...before, receiptId, issuedAt, supersedes: before.receiptId }
  switch (before.state) {
    case 'disputed':
      return undefined
    case 'completed':
      return after.reversedIds.length === 0 ? undefined : { ...rest, status: 'DISPUTED', state: 'disputed' }
    case 'failed': {
      const ledgerTransferIds = before.ledgerTransferIds.filter((id) => !after.reversedIds.includes(id))
      const payments = before.payments.filter((payment) => ledgerTransferIds.some((id) => isBooking(id, payment)))
      const left = after.creditedMicro > 0n ? formatUsdt(after.creditedMicro) : undefined
      const isSame =
        left === credited &&
        payments.length === before.payments.length &&
        ledgerTransferIds.length === before.ledgerTransferIds.length
      return isSame
        ? undefined
        : { ...rest, payments, ledgerTransferIds, ...(left === undefined ? {} : { credited: left }) }
    }
  }
}

function common(
  dossier: Dossier,
  frame: ReceiptFrame,
): Pick<
  Receipt,
  'receiptId' | 'eventId' | 'eventKey' | 'owner' | 'sandbox' | 'lapsed' | 'agent' | 'times' | 'issuedAt'
> {
  return {
    receiptId: frame.receiptId,
    eventId: dossier.eventId,
    eventKey: dossier.eventKey,
    owner: dossier.owner,
    sandbox: frame.sandbox,
    ...(dossier.event.lapsed === true ? { lapsed: true } : {}),
    ...agentOf(dossier),
    times: Object.fromEntries(Object.entries(dossier.times).map(([state, ms]) => [state, frame.iso(ms)])),
    issuedAt: frame.issuedAt,
  }
}

/** The agent that sent the event, and the version of its mandate that was in force when the cashier decided, if it did. */
function agentOf({ limits, funding, refusal }: Dossier): Pick<Receipt, 'agent'> {
  if (limits?.agent === undefined) return {}
  const mandateVersion = funding?.mandateVersion ?? refusal?.mandateVersion
  return { agent: { agentId: limits.agent, ...(mandateVersion === undefined ? {} : { mandateVersion }) } }
}

/** The event's payments that the ledger has as these transfers. */
function paymentsAmong(dossier: Dossier, transferIds: readonly string[]): Receipt['payments'] {
  return (dossier.payment?.claims ?? [])
    .filter((claim) => transferIds.includes(paymentTransferId(claim)))
    .map(paymentOf)
}

/** Whether a ledger transfer books this payment, in whatever life of it: an event has claimed one. */
function isBooking(transferId: string, payment: Receipt['payments'][number]): boolean {
  const first = paymentTransferId(payment)
  return transferId === first || transferId.startsWith(`${first}:`)
}

function paymentOf({ chain, hash, logIndex, amountMicro, fromAddress }: Claim): Receipt['payments'][number] {
  return { chain, hash, logIndex, amount: formatUsdt(amountMicro), fromAddress }
}

/** What of a purchase its settlement took from what was payable to the buyer. */
function fromProceeds({ event, intent, settlement }: StateBodies['settled']): Pick<Receipt, 'paidFromProceeds'> {
  if (intentFacts[intent].money?.payer !== 'user') return {}
  const lines = settlement.lines.filter(({ account, amount }) => account === `payable:${event.from}` && amount < 0n)
  const micro = lines.reduce((sum, line) => sum - line.amount, 0n)
  return micro === 0n ? {} : { paidFromProceeds: formatUsdt(micro) }
}

function priceOf(dossier: StateBodies['settled']): NonNullable<Receipt['price']> {
  const { match, funding, intent } = dossier
  const isOnTop = intentFacts[intent].money?.feeComes !== 'off the proceeds'
  const paid = isOnTop ? match.totalMicro + funding.feeMicro : match.totalMicro
  return { total: formatUsdt(match.totalMicro), fee: formatUsdt(funding.feeMicro), paid: formatUsdt(paid) }
}

type Party = Receipt['parties'][number]

function partiesOf(dossier: StateBodies['settled']): Party[] {
  const { intent, event, match } = dossier
  const party = (
    onliId: string,
    role: Party['role'],
    unitsAccount: string | undefined,
    moneyAccount: string | undefined,
  ): Party => {
    const species = unitsAccount === undefined ? undefined : balanceOf(dossier, unitsAccount, 'SPECIES')
    const usdt = moneyAccount === undefined ? undefined : balanceOf(dossier, moneyAccount, 'USDT')
    return {
      onliId,
      role,
      ...(species ? { species: { start: species.start.toString(), end: species.end.toString() } } : {}),
      ...(usdt ? { usdt: { start: formatUsdt(usdt.start), end: formatUsdt(usdt.end) } } : {}),
    }
  }
  const { units, money, role } = intentFacts[intent]
  const sellers = money?.payee === 'sellers' ? [...new Set(match.fills.map((fill) => fill.seller))] : []
  const receiver = units.to === 'receiver' ? event.to : undefined
  return [
    party(event.from, role, `user:${event.from}`, money && moneyAccountOf(money, event.from)),
    ...sellers.map((seller) => party(seller, 'seller', undefined, `payable:${seller}`)),
    ...(receiver === undefined ? [] : [party(receiver, 'receiver', `user:${receiver}`, undefined)]),
  ]
}

/** The account that the user pays from or is paid to. */
function moneyAccountOf({ payer }: MoneyFacts, onliId: string): string {
  return payer === 'user' ? `user:${onliId}` : `payable:${onliId}`
}

/** Where an account stood before and after the settling transfer. */
function balanceOf(
  dossier: StateBodies['settled'],
  account: string,
  asset: Asset,
): { start: bigint; end: bigint } | undefined {
  const lines = dossier.settlement.lines.filter((line) => line.account === account && line.asset === asset)
  const first = lines[0]
  const last = lines.at(-1)
  return first && last && { start: first.balanceAfter - first.amount, end: last.balanceAfter }
}
