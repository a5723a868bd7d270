import type { MarketplaceEvent } from './event.ts'

/**
 * The event as one text, whatever order its fields came in and however its amount was written: two bodies with the same
 * text mean the same, and only those are a resend.
 */
export function canonicalEvent(event: MarketplaceEvent): string {
  return canonical(event)
}

function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`)
  return `{${fields.join(',')}}`
}
