import type { BookAccount } from '@species/contracts'
import { type Asset, accounts, assert, mayGoNegative } from '@species/kernel'

/** Accounts of the ledger that stand together in one account of the book: one by its whole name, or a family by what it begins with. */
interface ChartRow {
  readonly ledger: string
  /** Ends in a colon where each account of the family stands alone: what follows is added. */
  readonly control: string
  readonly name: string
}

const chart: readonly ChartRow[] = [
  { ledger: accounts.treasury, control: 'treasury', name: 'Treasury' },
  { ledger: accounts.escrow, control: 'escrow', name: 'Escrow' },
  { ledger: accounts.liquidityPool, control: 'pool', name: 'Liquidity pool' },
  { ledger: accounts.fees, control: 'fees', name: 'Fees earned' },
  { ledger: accounts.costs, control: 'costs', name: 'Costs' },
  { ledger: accounts.supply, control: 'supply', name: 'Supply' },
  { ledger: accounts.outside, control: 'outside', name: 'Outside' },
  { ledger: accounts.loss, control: 'loss', name: 'Losses' },
  { ledger: accounts.user(''), control: 'customers', name: 'Customers' },
  { ledger: accounts.payable(''), control: 'payables', name: 'Payables' },
  { ledger: accounts.receivable(''), control: 'receivables', name: 'Receivables' },
  { ledger: accounts.world(''), control: 'wallets:', name: 'Wallets' },
  { ledger: accounts.custody(''), control: 'custody:', name: 'Custody' },
  { ledger: accounts.suspense(''), control: 'suspense:', name: 'Suspense' },
]

/** The control account in which an account of the ledger stands. */
export function controlOf(account: string): string {
  const row = chart.find(({ ledger }) => (ledger.endsWith(':') ? account.startsWith(ledger) : account === ledger))
  assert(row, 'every account of the ledger stands in the chart')
  return row.control.endsWith(':') ? row.control + account.slice(row.ledger.length) : row.control
}

/** What the ledger's accounts of a control account begin with, or are. */
export function ledgerOf(control: string): string {
  const row = rowOf(control)
  return row.ledger + control.slice(row.control.length)
}

/** The account of the book for a control account. A debit balance is an asset there, a credit balance a liability. */
export function bookAccountOf(control: string, asset: Asset): BookAccount {
  const row = rowOf(control)
  const what = control.slice(row.control.length)
  return {
    name: `${row.name}${what === '' ? '' : ` ${what}`} (${asset})`,
    asset,
    type: mayGoNegative(row.ledger) ? 'asset' : 'liability',
  }
}

function rowOf(control: string): ChartRow {
  const row = chart.find((one) =>
    one.control.endsWith(':') ? control.startsWith(one.control) : control === one.control,
  )
  assert(row, 'a control account stands in the chart')
  return row
}
