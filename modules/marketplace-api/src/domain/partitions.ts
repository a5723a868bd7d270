/** One month of raw bodies: a partition's name and bounds (UTC). */
export interface MonthPartition {
  readonly name: string
  readonly from: string
  readonly to: string
}

/** The partition `offset` months from the month of `nowIso` (RFC 3339). */
export function monthPartition(nowIso: string, offset: number): MonthPartition {
  const months = Number(nowIso.slice(0, 4)) * 12 + Number(nowIso.slice(5, 7)) - 1 + offset
  return {
    name: `event_bodies_${label(months, '_')}`,
    from: `${label(months, '-')}-01T00:00:00Z`,
    to: `${label(months + 1, '-')}-01T00:00:00Z`,
  }
}

function label(months: number, separator: string): string {
  return `${Math.floor(months / 12)}${separator}${String((months % 12) + 1).padStart(2, '0')}`
}
