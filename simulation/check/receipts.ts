import type { MarketplaceEvent, Receipt } from '@species/contracts'
import { fees } from '../database.ts'
import { marketVaults } from '../partners/vaults.ts'
import type { Setting } from '../setting.ts'
import type { Facts } from './facts.ts'
import { micro } from './money.ts'

/** One receipt an event, signed, and true: of what was sent, of what the model's vaults moved, of what was paid. */
export function receiptFindings(setting: Setting, { events, receipts, claims }: Facts): string[] {
  const found: string[] = []
  const paidBy = new Map<string, string>()
  // One that is back and claimed again has not vanished; that it stands on one receipt only is looked at as well.
  const standing = new Set(claims.filter((claim) => !claim.vanished).map((claim) => claim.hash))
  for (const event of events) {
    const own = receipts.filter((one) => one.eventKey === event.eventKey)
    const [first, second] = own
    const complain = (what: string): void => {
      found.push(`the receipt of ${event.eventId} (${event.owner}): ${what}`)
    }
    if (event.ended === undefined) {
      if (first) complain('it is there before the event has ended')
      continue
    }
    if (!first?.receipt) {
      complain('it is not there, or not signed')
      continue
    }
    if (own.length > 2 || (event.ended === 'disputed') !== (second?.receipt?.status === 'DISPUTED'))
      complain(`the event is ${event.ended}, it has ${own.length} revisions`)
    const { receipt } = first
    if (receipt.eventKey !== event.eventKey || receipt.owner !== event.owner || receipt.eventId !== event.eventId)
      complain('it names another event')
    if ((receipt.status === 'FAILED') !== (event.ended === 'failed'))
      complain(`it says ${receipt.status}, the event has ${event.ended}`)
    for (const { hash, amount } of receipt.payments) {
      const made = setting.chain.payments.get(hash)
      if (made?.payer !== receipt.owner || made.amountMicro !== micro(amount))
        complain(`it claims payment ${hash} of another`)
      if (!second) {
        if (paidBy.has(hash)) complain(`its payment ${hash} is on the receipt of ${paidBy.get(hash) ?? ''} too`)
        paidBy.set(hash, event.eventId)
      }
      if (receipt.status === 'COMPLETED' && !standing.has(hash) && event.ended !== 'disputed')
        complain(`its payment ${hash} has vanished, and nobody disputes it`)
    }
    moveFindings(setting, receipt).forEach(complain)
    const sent = setting.callers.sent.find(
      (one) => one.event.from === event.owner && one.event.eventId === event.eventId,
    )
    if (sent && receipt.status === 'COMPLETED') figureFindings(setting, sent.event, receipt).forEach(complain)
  }
  return found
}

function moveFindings({ vaults }: Setting, receipt: Receipt): string[] {
  const [moved] = vaults.moved(receipt.eventKey)
  if (receipt.status === 'FAILED') return moved ? [`it says failed, and ${moved.units} units moved`] : []
  const { delivery, oracle } = receipt
  if (!moved) return ['it says completed, and nothing moved']
  // An operator may have confirmed a move that Onli Cloud never named to us.
  const named = delivery?.operationId === moved.operationId || oracle?.wordOf === 'operator'
  return named &&
    delivery?.fromVault === moved.fromVault &&
    delivery.toVault === moved.toVault &&
    delivery.units === moved.units.toString() &&
    receipt.units === delivery.units &&
    oracle?.ownerVault === moved.toVault
    ? []
    : ['it tells of another move than was made']
}

/** Units, way and price follow from what was sent. */
function figureFindings(setting: Setting, event: MarketplaceEvent, receipt: Receipt): string[] {
  const vaultOf = (onliId: string): string => `vault-user-${onliId}`
  const own = vaultOf(event.from)
  const { escrow, liquidityPool } = marketVaults
  const ways: Record<NonNullable<Receipt['intent']>, readonly [string, string]> = {
    BUY_TREASURY: ['issue', own],
    BUY_MARKET: [escrow, own],
    SELL_MARKET: [own, escrow],
    TRANSFER: [own, vaultOf(event.to ?? '')],
    REDEEM: [own, liquidityPool],
    DELIST: [escrow, own],
  }
  const found: string[] = []
  const intent = receipt.intent ?? 'TRANSFER'
  const [from, to] = ways[intent]
  if (receipt.delivery?.fromVault !== from || receipt.delivery.toVault !== to) found.push(`${intent} went another way`)
  const units = BigInt(receipt.units ?? 0)
  const all = event.timeInForce === 'IOC' ? units <= BigInt(event.amount ?? 0) : receipt.units === event.amount
  if (!all && intent !== 'DELIST') found.push(`${event.amount ?? 'no'} units were asked for, it says ${units}`)
  return [...found, ...priceFindings(setting, intent, units, receipt)]
}

function priceFindings(setting: Setting, intent: string, units: bigint, { price, fills }: Receipt): string[] {
  const rates: Readonly<Record<string, bigint>> = {
    BUY_TREASURY: fees.buyTreasury,
    BUY_MARKET: fees.buyMarket,
    REDEEM: fees.redeem,
  }
  const rate = rates[intent]
  if (rate === undefined) return price ? ['it has a price'] : []
  if (!price) return ['it has no price']
  const found: string[] = []
  const filled = fills.reduce((sum, fill) => sum + micro(fill.total), 0n)
  const total = intent === 'BUY_MARKET' ? filled : units * 1_000_000n
  if (micro(price.total) !== total) found.push(`its total is ${price.total}, must be ${total} micro-units`)
  if (micro(price.fee) !== (total * rate) / 10_000n) found.push(`its fee is ${price.fee} of ${price.total}`)
  for (const fill of fills) {
    const sale = setting.callers.sent.find(
      ({ eventKey }) => `lst_${eventKey?.replaceAll('-', '') ?? ''}` === fill.listingId,
    )
    const asked = micro(sale?.event.putProceeds?.unitPrice ?? '1')
    if (
      sale?.event.from !== fill.seller ||
      micro(fill.unitPrice) !== asked ||
      micro(fill.total) !== asked * BigInt(fill.units)
    )
      found.push(`it fills from ${fill.listingId} at another price, or of another seller`)
  }
  if (intent === 'BUY_MARKET' && fills.reduce((sum, fill) => sum + BigInt(fill.units), 0n) !== units)
    found.push('its fills are not its units')
  return found
}
