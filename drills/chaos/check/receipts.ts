import type { Entry, ReceiptFields } from '../traffic/book.ts'
import { escrow, feeBasisPoints, microOf, pool, usdt, vaultOf } from './tally.ts'

/** What a receipt says that cannot be true of the event that was sent; empty when it holds. */
export function receiptFindings(entry: Entry): string[] {
  const { receipt } = entry
  if (!receipt) return []
  const wrong = [...nameFindings(entry, receipt), ...endFindings(entry, receipt)]
  return wrong.map((what) => `${entry.eventId} (${entry.intent}): ${what}`)
}

function nameFindings(entry: Entry, receipt: ReceiptFields): string[] {
  return [
    ...differs('the receipt is of the event', receipt.eventId, entry.eventId),
    ...differs('the owner on the receipt is', receipt.owner, entry.owner),
    ...differs('the receipt id, promised with the 202, is', receipt.receiptId, entry.promised),
    ...(receipt.intent === undefined ? [] : differs('the intent is', receipt.intent, entry.intent)),
  ]
}

function endFindings(entry: Entry, receipt: ReceiptFields): string[] {
  if (receipt.status === 'DISPUTED') return ['the receipt says disputed, but no payment vanished']
  if (receipt.status === 'FAILED')
    return [
      ...(receipt.refusal ? [] : ['it failed without a reason']),
      ...(receipt.delivery ? ['it failed and was delivered, by its own receipt'] : []),
      ...(receipt.fills.length > 0 ? ['it failed and has fills'] : []),
      ...(receipt.credited === undefined
        ? []
        : differs('it says it credited', microOf(receipt.credited), entry.payment?.micro ?? 0n)),
    ]
  return [...unitFindings(entry, receipt), ...priceFindings(entry, receipt), ...paymentFindings(entry, receipt)]
}

function unitFindings({ intent, event, owner }: Entry, receipt: ReceiptFields): string[] {
  const wanted = typeof event['amount'] === 'number' ? String(event['amount']) : undefined
  const [from, to] = {
    // The receiver's vault is for the receiver to read.
    TRANSFER: [vaultOf(owner), undefined],
    BUY_TREASURY: [undefined, vaultOf(owner)],
    BUY_MARKET: [escrow, vaultOf(owner)],
    SELL_MARKET: [vaultOf(owner), escrow],
    DELIST: [escrow, vaultOf(owner)],
    REDEEM: [vaultOf(owner), pool],
  }[intent]
  return [
    ...(wanted === undefined ? [] : differs('units asked for and units on the receipt:', receipt.units, wanted)),
    ...differs('units delivered and units on the receipt:', receipt.delivery?.units, receipt.units),
    ...differs('delivered to', receipt.delivery?.toVault, to),
    ...(from === undefined ? [] : differs('delivered from', receipt.delivery?.fromVault, from)),
  ]
}

/** Price, fee and total by the configuration that the drill has not changed: a price of 1, and 50 basis points for a buyer. */
function priceFindings({ intent }: Entry, { price, units = '0', fills }: ReceiptFields): string[] {
  if (intent === 'TRANSFER' || intent === 'SELL_MARKET' || intent === 'DELIST')
    return price ? ['it shows a price though no money moves'] : []
  if (!price) return ['it shows no price']
  const sum = fills.reduce((total, fill) => total + BigInt(fill.units) * microOf(fill.unitPrice), 0n)
  const total = intent === 'BUY_MARKET' ? sum : BigInt(units) * 1_000_000n
  const fee = intent === 'REDEEM' ? 0n : (total * feeBasisPoints) / 10_000n
  return [
    ...differs('the total is', usdt(microOf(price.total)), usdt(total)),
    ...differs('the fee is', usdt(microOf(price.fee)), usdt(fee)),
    ...differs('paid is', usdt(microOf(price.paid)), usdt(total + fee)),
    ...fills.flatMap((fill) =>
      differs('a fill costs', microOf(fill.total), BigInt(fill.units) * microOf(fill.unitPrice)),
    ),
  ]
}

function paymentFindings({ payment }: Entry, receipt: ReceiptFields): string[] {
  const said = receipt.payments.map((one) => `${one.hash} ${String(microOf(one.amount))}`).join(', ')
  return differs('its payments are', said, payment ? `${payment.hash} ${String(payment.micro)}` : '')
}

function differs(what: string, is: unknown, must: unknown): string[] {
  return is === must ? [] : [`${what} ${String(is)}, must be ${String(must)}`]
}
