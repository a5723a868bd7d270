import type { CommandOptions } from './command-call.ts'
import type { OptionRow } from './command-row.ts'

/** Amounts of a mandate: its group and field, and the option of the command. */
const amounts: readonly (readonly [group: 'usdt' | 'units', field: string, option: OptionRow])[] = [
  ['usdt', 'perTrade', ['--usdt-per-trade <usdt>', 'USDT that one event may move, with its fee']],
  ['usdt', 'perHour', ['--usdt-per-hour <usdt>', 'the same, in any 60 minutes']],
  ['usdt', 'perDay', ['--usdt-per-day <usdt>', 'the same, in any 24 hours']],
  ['usdt', 'perMonth', ['--usdt-per-month <usdt>', 'the same, in any 30 days']],
  ['units', 'perTrade', ['--units-per-trade <units>', 'units that one event may move']],
  ['units', 'perHour', ['--units-per-hour <units>', 'the same, in any 60 minutes']],
  ['units', 'perDay', ['--units-per-day <units>', 'the same, in any 24 hours']],
  ['units', 'perMonth', ['--units-per-month <units>', 'the same, in any 30 days']],
]

/** The options that make up a mandate. */
export const mandateOptions: readonly OptionRow[] = [
  ...amounts.map(([, , option]) => option),
  ['--intents <intents>', 'what it may do, such as BUY_TREASURY,BUY_MARKET; default everything'],
  ['--counterparties <names>', 'with whom it may deal; `market` is everyone there; default everyone'],
  ['--chains <chains>', 'where payments come from, such as ETH,credit,payable; default everywhere'],
  ['--buy-at-most <usdt>', 'the highest price of a unit that it may pay, without fees'],
  ['--sell-at-least <usdt>', 'the lowest price of a unit that it may take, without fees'],
  ['--hours <from-to>', 'when it may send events, such as 08:00-20:00; needs --time-zone'],
  ['--days <days>', 'on which days, such as mon,tue,wed; with --hours'],
  ['--time-zone <zone>', 'such as Europe/Berlin'],
  ['--expires <time>', 'when the mandate ends, such as 2027-01-31T00:00:00Z'],
  ['--approve-above-usdt <usdt>', 'what moves more takes your approval'],
  ['--approve-above-units <units>', 'the same in units'],
]

/** The mandate that the options say, as the API takes it. */
export function mandateOf(options: CommandOptions): object {
  const list = (name: string): string[] | undefined => options.text(name)?.split(',')
  const [from, to] = options.text('hours')?.split('-') ?? []
  const hours = from === undefined ? undefined : { timeZone: options.text('timeZone'), from, to, days: list('days') }
  return present({
    usdt: amountsOf(options, 'usdt'),
    units: amountsOf(options, 'units'),
    intents: list('intents'),
    counterparties: list('counterparties'),
    chains: list('chains'),
    prices: present({ buyAtMost: options.text('buyAtMost'), sellAtLeast: options.text('sellAtLeast') }),
    hours: hours && present(hours),
    expiresAt: options.text('expires'),
    approvalAbove: present({ usdt: options.text('approveAboveUsdt'), units: options.text('approveAboveUnits') }),
  })
}

function amountsOf(options: CommandOptions, wanted: 'usdt' | 'units'): object {
  const own = amounts.filter(([group]) => group === wanted)
  return present(Object.fromEntries(own.map(([group, field]) => [field, options.text(`${group}P${field.slice(1)}`)])))
}

/** Without the fields that were not given. */
function present(fields: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(
    Object.entries(fields).filter(
      ([, value]) =>
        value !== undefined && !(typeof value === 'object' && value !== null && Object.keys(value).length === 0),
    ),
  )
}
