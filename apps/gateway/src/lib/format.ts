/** Writes an exact decimal with separators between thousands. Nothing is rounded: digits are only grouped. */
export function grouped(decimal: string): string {
  const [, sign = '', whole = '', fraction] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(decimal) ?? []
  if (whole === '') return decimal
  const groups = whole.replaceAll(/\B(?=(\d{3})+$)/g, ',')
  return `${sign === '-' ? '−' : ''}${groups}${fraction === undefined ? '' : `.${fraction}`}`
}

/** A USDT amount with at least two decimal places, and no zeros after those. */
export function usdt(decimal: string): string {
  const [whole = '0', fraction = ''] = decimal.split('.')
  return grouped(`${whole}.${fraction.replace(/0+$/, '').padEnd(2, '0')}`)
}

const dateTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' })
const time = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' })

export function when(instant: string | number | Date): string {
  return dateTime.format(new Date(instant))
}

export function clockTime(instant: string | number | Date): string {
  return time.format(new Date(instant))
}

/** An address or a hash in groups of four, so that two can be compared by eye. */
export function inGroups(text: string): string[] {
  return text.match(/.{1,4}/g) ?? []
}
