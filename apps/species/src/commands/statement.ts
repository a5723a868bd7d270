import type { CommandCall } from './command-call.ts'
import type { CommandRow } from './command-row.ts'

interface Account {
  readonly account: string
  readonly asset: string
  readonly opening: string
  readonly in: string
  readonly out: string
  readonly entries: number
  readonly closing: string
}
interface Line {
  readonly at: string
  readonly transferId: string
  readonly kind: string
  readonly account: string
  readonly asset: string
  readonly amount: string
  readonly balanceAfter: string
}
interface Page {
  readonly month: string
  readonly from: string
  readonly to: string
  readonly accounts: readonly Account[]
  readonly lines?: readonly Line[]
  readonly trialBalance?: readonly { asset: string; debits: string; credits: string; difference: string }[]
  readonly nextCursor?: string
}

/** `statement`: the books of a month, for operators, or a user's own. */
export const statementRows: readonly CommandRow[] = [
  {
    name: 'statement',
    summary: 'every account over a month: opening, movements, closing',
    details:
      'For an operator all accounts, with a trial balance that sums to zero; exit 1 if it does not. With --as a user’s own accounts and every line.\n\nExamples: species statement --month 2026-11 --csv > books.csv\n          species statement --month 2026-11 --as alice --json',
    options: [
      ['!--month <month>', 'as 2026-11, UTC; this month until now'],
      ['--as <onliId>', 'whose own statement'],
      ['--csv', 'print comma-separated values (RFC 4180)'],
    ],
    run: (call) => (call.options.text('as') === undefined ? printBooks(call) : printOwn(call)),
  },
]

async function pagesOf(call: CommandCall, as: string, path: string): Promise<[first: Page, ...more: Page[]]> {
  return await call.over(as, async ({ client }) => {
    const read = async (cursor: string | undefined): Promise<Page> => {
      const query = new URLSearchParams({
        month: call.options.needed('month'),
        ...(cursor === undefined ? {} : { cursor }),
      })
      return (await client.request('GET', `${path}?${query.toString()}`)).body as Page
    }
    const first = await read(undefined)
    const more: Page[] = []
    for (let cursor = first.nextCursor; cursor !== undefined; cursor = more.at(-1)?.nextCursor)
      more.push(await read(cursor))
    return [first, ...more]
  })
}

async function printBooks(call: CommandCall): Promise<void> {
  const pages = await pagesOf(call, 'operator', '/admin/v1/statement')
  const [{ month, from, to }] = pages
  const accounts = pages.flatMap((page) => page.accounts)
  const trialBalance = pages.at(-1)?.trialBalance ?? []
  const isBalanced = trialBalance.every(({ difference }) => isZero(difference)) && sumsToZero(accounts)
  call.exitCode = isBalanced ? 0 : 1
  if (call.options.has('csv')) {
    call.print({ csv: csvOf(accounts, accountColumns) }, csvOf(accounts, accountColumns))
    return
  }
  const trial = trialBalance.map(
    ({ asset, debits, credits, difference }) =>
      `${asset}: debits ${debits}, credits ${credits}${isZero(difference) ? '' : `, a difference of ${difference}`}`,
  )
  call.print(
    { month, from, to, accounts, trialBalance, isBalanced },
    [
      `${month}, ${from} to ${to}`,
      ...accounts.map(accountInWords),
      'Trial balance:',
      ...trial,
      isBalanced ? 'It sums to zero.' : 'It does not sum to zero: run species doctor.',
    ].join('\n'),
  )
}

async function printOwn(call: CommandCall): Promise<void> {
  const pages = await pagesOf(call, call.options.needed('as'), '/marketplace/v1/statement')
  const [{ month, from, to, accounts }] = pages
  const lines = pages.flatMap((page) => page.lines ?? [])
  if (call.options.has('csv')) {
    call.print({ csv: csvOf(lines, lineColumns) }, csvOf(lines, lineColumns))
    return
  }
  call.print(
    { month, from, to, accounts, lines },
    [
      `${month}, ${from} to ${to}`,
      ...accounts.map(accountInWords),
      ...lines.map((line) => `${line.at}  ${line.kind.padEnd(12)} ${line.account}  ${line.amount} ${line.asset}`),
    ].join('\n'),
  )
}

const accountColumns = ['account', 'asset', 'opening', 'in', 'out', 'entries', 'closing'] as const
const lineColumns = ['at', 'transferId', 'kind', 'account', 'asset', 'amount', 'balanceAfter'] as const

function accountInWords({ account, asset, opening, in: came, out, closing }: Account): string {
  return `${account.padEnd(32)} ${asset.padEnd(7)} ${opening.padStart(20)} +${came} -${out} = ${closing}`
}

/** RFC 4180. What a spreadsheet would take for a formula is kept from it by a leading apostrophe. */
function csvOf<Name extends string>(
  rows: readonly Readonly<Record<Name, string | number>>[],
  columns: readonly Name[],
): string {
  const field = (value: string | number): string => {
    const text = typeof value === 'string' && /^[=+@\t\r]|^-(?![\d.])/.test(value) ? `'${value}` : String(value)
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
  }
  return [columns.join(','), ...rows.map((row) => columns.map((name) => field(row[name])).join(','))].join('\r\n')
}

const isZero = (quantity: string): boolean => /^-?[0.]+$/.test(quantity)

/** Whether the closing balances of all pages sum to zero in each asset. Counted in millionths, so that nothing is rounded. */
function sumsToZero(accounts: readonly Account[]): boolean {
  const sums = new Map<string, bigint>()
  for (const { asset, closing } of accounts) {
    const [whole = '0', part = ''] = closing.split('.')
    const micro = BigInt(`${whole}${part.padEnd(6, '0')}`)
    sums.set(asset, (sums.get(asset) ?? 0n) + micro)
  }
  return [...sums.values()].every((sum) => sum === 0n)
}
