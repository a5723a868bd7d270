import { z } from 'zod'

/** The name of a quote: `qt_` and the 32 digits of its key, a UUID. */
export const quoteIdSchema = z.string().regex(/^qt_[0-9a-f]{32}$/, 'must be a quote id: qt_ and 32 hexadecimal digits')

export function quoteIdOf(quoteKey: string): string {
  return `qt_${quoteKey.replaceAll('-', '')}`
}

export function quoteKeyOf(quoteId: string): string {
  return quoteId.slice(3).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
