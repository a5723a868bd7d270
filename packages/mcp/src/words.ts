import type { OutputOf, SignedReceipt } from '@species/sdk'

type Receipt = SignedReceipt['receipt']

/** A quantity with separators: `1234567.5` as `1,234,567.5`. Only the whole part is grouped. */
export function grouped(quantity: string): string {
  const [whole = '', places] = quantity.split('.')
  const text = whole.replace(/\B(?=(\d{3})+$)/g, ',')
  return places === undefined ? text : `${text}.${places}`
}

export const usdt = (amount: string): string => `${grouped(amount)} USDT`
export const units = (amount: string): string => `${grouped(amount)} SPECIES`

const flows: Readonly<Record<string, string>> = {
  BUY_TREASURY: 'treasury → buyer',
  BUY_MARKET: 'seller → buyer',
  SELL_MARKET: 'seller → market listing',
  TRANSFER: 'sender → receiver',
  REDEEM: 'redeemer → liquidity pool',
  DELIST: 'market listing → owner',
}

/** A receipt for a person: summary, parties with their balances as this reader may see them, flow, amount, price and fee. */
export function receiptInWords(receipt: Receipt): string {
  const { status, refusal, price, parties, intent } = receipt
  const rows: readonly (string | undefined)[] = [
    summaryOf(receipt),
    `Receipt: ${receipt.receiptId}${receipt.sandbox ? ' (sandbox: worth nothing)' : ''}`,
    `Event: ${receipt.eventId}`,
    receipt.agent && `Agent: ${receipt.agent.agentId}, mandate ${receipt.agent.mandateVersion ?? 'not looked at'}`,
    intent && `Flow: ${flows[intent] ?? intent}`,
    receipt.units && `Amount: ${units(receipt.units)}`,
    price && `Price: ${usdt(price.total)}, fee ${usdt(price.fee)}`,
    ...parties.flatMap(({ onliId, role, species, usdt: money }) => [
      `Party: ${role} ${onliId}`,
      species && `  units before ${grouped(species.start)}, after ${grouped(species.end)}`,
      money && `  USDT before ${grouped(money.start)}, after ${grouped(money.end)}`,
    ]),
    receipt.listingId && `Listing: ${receipt.listingId}`,
    refusal && `Reason: ${refusal.code}. ${refusal.detail ?? refusal.title}`,
    status === 'FAILED'
      ? `A new event may succeed: ${refusal?.retryable === true ? 'yes, later' : 'not unchanged'}`
      : undefined,
  ]
  return rows.filter((row) => row !== undefined && row !== '').join('\n')
}

function summaryOf({ status, intent, units: amount }: Receipt): string {
  const what = whatOf(intent, amount)
  return { COMPLETED: `${what} is done.`, FAILED: `${what} failed: nothing moved.`, DISPUTED: `${what} is disputed.` }[
    status
  ]
}

const whatOf = (intent: string | undefined, amount: string | undefined): string =>
  `${intent ?? 'The event'}${amount === undefined ? '' : ` of ${units(amount)}`}`

export function eventInWords({ eventId, state, waitingFor, waitingUntil, refusal }: OutputOf<'getEvent'>): string {
  if (refusal) return `Event ${eventId} is ${state}: ${refusal.code}. ${refusal.detail}`
  const wait =
    waitingFor === undefined ? '' : ` ${waitingFor}${waitingUntil === undefined ? '' : ` Until ${waitingUntil}.`}`
  return `Event ${eventId} is ${state}.${wait}`
}

export function previewInWords(preview: OutputOf<'previewEvent'>): string {
  const { refusal, intent, units: amount, total, fee, due, proceeds } = preview
  if (refusal) return `It would be refused as things stand: ${refusal.code}. ${refusal.detail}`
  const rows: readonly (string | undefined)[] = [
    `${whatOf(intent, amount)} would be accepted as things stand.`,
    total && `Price: ${usdt(total)}`,
    fee && `Fee: ${usdt(fee)}`,
    due && `You would pay: ${usdt(due)}`,
    proceeds && `You would get: ${usdt(proceeds)}`,
    'This reserves nothing: prices and listings can change until the event is accepted.',
  ]
  return rows.filter((row) => row !== undefined).join('\n')
}

export function balanceInWords({ onliId, species, usdt: money }: OutputOf<'getBalance'>): string {
  const owed = Number(money.receivable) > 0 ? `\nOwed to the marketplace: ${usdt(money.receivable)}` : ''
  return [
    `Balance of ${onliId}`,
    `Units: ${units(species.available)} available, ${grouped(species.held)} held`,
    `Credit: ${usdt(money.credit.available)} available, ${grouped(money.credit.held)} held`,
    `Payable to you: ${usdt(money.payable)}${owed}`,
  ].join('\n')
}
