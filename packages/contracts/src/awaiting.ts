/** What a waiting event can wait for. */
export const awaitedThings = [
  'transaction',
  'confirmations',
  'chain',
  'consent',
  'delivery',
  'oracle',
  'operator',
] as const

/** What a waiting event needs before it goes on. Its owner reads the text: it names no internals and no error of a partner. */
export interface Awaiting {
  readonly what: (typeof awaitedThings)[number]
  readonly text: string
  readonly confirmations?: { readonly have: number; readonly need: number }
}
