import type { Intent, MarketplaceEvent } from '@species/contracts'
import { bookOf, intentFacts } from '@species/contracts/intents'
import { type Refusal, type Result, assert, ok, refuse } from '@species/kernel'

/** The version that new events are pinned to. An older event keeps the table it was accepted under. */
export const classifierVersion = 1

type Field = 'to' | 'amount' | 'listingId' | 'delist' | 'timeInForce' | 'payWith' | 'putProceeds'

/** One row: when it applies, what it means, what it needs and what would contradict it. */
export interface ClassifierRow {
  readonly intent: Intent
  readonly when: string
  readonly applies: (event: MarketplaceEvent) => boolean
  readonly needs: readonly Field[]
  readonly excludes: readonly Field[]
}

/**
 * Version 1. The first row that applies says what the event means; reserved names are matched whole, so
 * that a user called `mytreasury` is a user.
 */
export const classifierTable: readonly ClassifierRow[] = [
  {
    intent: 'DELIST',
    when: 'delist is given',
    applies: (event) => event.delist !== undefined,
    needs: [],
    excludes: ['to', 'amount', 'listingId', 'timeInForce', 'payWith', 'putProceeds'],
  },
  {
    intent: 'BUY_MARKET',
    when: 'listingId is given',
    applies: (event) => event.listingId !== undefined,
    needs: ['amount', 'payWith'],
    excludes: ['putProceeds'],
  },
  {
    intent: 'BUY_TREASURY',
    when: 'to is treasury',
    applies: (event) => event.to === 'treasury',
    needs: ['amount', 'payWith'],
    excludes: ['putProceeds', 'timeInForce'],
  },
  {
    intent: 'REDEEM',
    when: 'to is liquidity_pool',
    applies: (event) => event.to === 'liquidity_pool',
    needs: ['amount'],
    excludes: ['payWith', 'timeInForce'],
  },
  {
    intent: 'BUY_MARKET',
    when: 'to is market, with payWith',
    applies: (event) => event.to === 'market' && event.payWith !== undefined,
    needs: ['amount'],
    excludes: ['putProceeds'],
  },
  {
    intent: 'SELL_MARKET',
    when: 'putProceeds is given, or to is market',
    applies: (event) => event.putProceeds !== undefined || event.to === 'market',
    needs: ['amount'],
    excludes: ['payWith', 'timeInForce'],
  },
  {
    intent: 'TRANSFER',
    when: 'nothing else applies',
    applies: () => true,
    needs: ['to', 'amount'],
    excludes: ['payWith', 'timeInForce'],
  },
]

/** Every table that events may be pinned to. A new version is added; none is ever changed or removed. */
export const classifierTables: ReadonlyMap<number, readonly ClassifierRow[]> = new Map([[1, classifierTable]])

export type ClassifierRefusal = Refusal<'ambiguous_event' | 'missing_field' | 'same_party' | 'intent_mismatch'>

/**
 * The intent of an event under the table it is pinned to, or why it has none. Total: every combination of fields gives one or
 * the other. A version that this program does not have is a Bug: the event fails alone and waits for a newer program.
 */
export function classify(event: MarketplaceEvent, version: number): Result<Intent, ClassifierRefusal> {
  const table = classifierTables.get(version)
  assert(table, `the classifier has a table ${version}`)
  const row = table.find((candidate) => candidate.applies(event))
  if (!row) return refuse('ambiguous_event', 'No row of the classifier applies.')
  if (event.intent !== undefined && event.intent !== row.intent) {
    return refuse(
      'intent_mismatch',
      `The event says ${event.intent}, but it means ${row.intent} (${row.when}). Nothing was done.`,
    )
  }
  const contradiction = row.excludes.find((field) => event[field] !== undefined)
  if (contradiction)
    return refuse(
      'ambiguous_event',
      `${row.intent} (${row.when}) cannot have ${contradiction}. Leave it out, or state what you mean.`,
    )
  if (event.payWith?.maxUnitPrice !== undefined && bookOf(row.intent) !== 'buys') {
    return refuse('ambiguous_event', `payWith.maxUnitPrice belongs to BUY_MARKET; this event means ${row.intent}.`)
  }
  const missing = row.needs.find((field) => event[field] === undefined)
  if (missing) return refuse('missing_field', `${row.intent} (${row.when}) needs ${missing}.`)
  if (intentFacts[row.intent].units.to === 'receiver' && event.to === event.from)
    return refuse('same_party', 'Sender and receiver are the same.')
  return ok(row.intent)
}
