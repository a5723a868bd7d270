import type { Entry } from '../traffic/book.ts'

/** What must be, by the drill's own arithmetic over its own book: units by vault, money by user, in micro-units. */
export interface Tally {
  readonly units: Map<string, bigint>
  readonly credit: Map<string, bigint>
  readonly payable: Map<string, bigint>
  /** What the marketplace's own accounts took in, less what they paid out. */
  readonly market: { treasury: bigint; fees: bigint; pool: bigint }
  /** What users paid away for units, fees included. */
  spent: bigint
  /** What was minted for events that were accepted. */
  minted: bigint
}

export const escrow = 'vault-market-escrow'
export const pool = 'vault-liquidity-pool'
export const vaultOf = (onliId: string): string => `vault-${onliId}`
export const feeBasisPoints = 50n

/** Adds up the book: payments as they were minted, everything else as the verified receipts say. */
export function tallyOf(entries: readonly Entry[]): Tally {
  const tally: Tally = {
    units: new Map(),
    credit: new Map(),
    payable: new Map(),
    market: { treasury: 0n, fees: 0n, pool: 0n },
    spent: 0n,
    minted: 0n,
  }
  for (const entry of entries) {
    if (entry.acceptedAt === undefined) continue
    if (entry.payment) {
      // Whatever becomes of the event: who paid has the money as credit until it is spent.
      add(tally.credit, entry.owner, entry.payment.micro)
      tally.minted += entry.payment.micro
    }
    if (entry.receipt?.status === 'COMPLETED') addCompleted(tally, entry)
  }
  return tally
}

function addCompleted(tally: Tally, { intent, owner, event, receipt }: Entry): void {
  const units = BigInt(receipt?.units ?? '0')
  const total = microOf(receipt?.price?.total ?? '0')
  const { market } = tally
  market.fees += microOf(receipt?.price?.fee ?? '0')
  const move = (from: string | undefined, to: string): void => {
    if (from !== undefined) add(tally.units, from, -units)
    add(tally.units, to, units)
  }
  const spend = (): void => {
    const paid = microOf(receipt?.price?.paid ?? '0')
    add(tally.credit, owner, -paid)
    tally.spent += paid
  }
  switch (intent) {
    case 'TRANSFER':
      move(vaultOf(owner), vaultOf(String(event['to'])))
      return
    case 'BUY_TREASURY':
      move(undefined, vaultOf(owner))
      spend()
      market.treasury += total
      return
    case 'BUY_MARKET':
      move(escrow, vaultOf(owner))
      spend()
      for (const fill of receipt?.fills ?? []) add(tally.payable, fill.seller, microOf(fill.total))
      return
    case 'SELL_MARKET':
      move(vaultOf(owner), escrow)
      return
    case 'DELIST':
      move(escrow, vaultOf(owner))
      return
    case 'REDEEM':
      move(vaultOf(owner), pool)
      add(tally.payable, owner, total - microOf(receipt?.price?.fee ?? '0'))
      market.pool -= total
      return
  }
}

/** Micro-units of a decimal string; throws where it has more than six places. */
export function microOf(text: string): bigint {
  const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d+)(?:\.(\d{1,6}))?$/.exec(text) ?? []
  if (whole === '') throw new Error(`not an amount: ${text}`)
  return BigInt(`${sign}1`) * (BigInt(whole) * 1_000_000n + BigInt(fraction.padEnd(6, '0')))
}

export function usdt(micro: bigint): string {
  const sign = micro < 0n ? '-' : ''
  const size = micro < 0n ? -micro : micro
  return `${sign}${size / 1_000_000n}.${(size % 1_000_000n).toString().padStart(6, '0')}`
}

function add(to: Map<string, bigint>, name: string, value: bigint): void {
  to.set(name, (to.get(name) ?? 0n) + value)
}
