import { createHash } from 'node:crypto'
import { z } from 'zod'
import { type Answer, json } from '../http/answer.ts'
import type { World } from '../state/world.ts'
import type { FireflyAccount, FireflySplit } from './entry.ts'

const text = (longest: number): z.ZodType<string> => z.string().max(longest)
const splitSchema = z.object({
  type: z.enum(['withdrawal', 'deposit', 'transfer']),
  date: z.iso.datetime({ offset: true }),
  // A positive decimal string, no exponent, at most 12 decimals.
  amount: z.string().regex(/^\d{1,20}(\.\d{1,12})?$/),
  description: z.string().min(1).max(1_000),
  source_id: z.string(),
  destination_id: z.string(),
  currency_code: z.string().optional(),
  external_id: text(255).nullish(),
  internal_reference: text(255).nullish(),
  notes: text(32_768).nullish(),
  tags: z.array(text(255)).nullish(),
})
const groupSchema = z.object({
  error_if_duplicate_hash: z.boolean().default(false),
  // As the source has it: what is left out runs rules and fires webhooks.
  apply_rules: z.boolean().default(true),
  fire_webhooks: z.boolean().default(true),
  group_title: z.string().nullish(),
  transactions: z.array(splitSchema).min(1),
})

/** Which type of transaction goes from where to where. */
const typeOf: Readonly<Record<string, FireflySplit['type']>> = {
  'asset>asset': 'transfer',
  'asset>liabilities': 'withdrawal',
  'liabilities>asset': 'deposit',
  'liabilities>liabilities': 'transfer',
}

/** `POST /v1/transactions`, for groups of one split. */
export function storeTransaction(world: World, body: unknown): Answer {
  const parsed = groupSchema.safeParse(body)
  if (!parsed.success) return invalid(firstIssue(parsed.error))
  const [split, ...more] = parsed.data.transactions
  if (split === undefined || more.length > 0)
    return invalid({ transactions: 'Only groups of one split are simulated.' })
  if (/^[0.]*$/.test(split.amount)) return invalid({ 'transactions.0.amount': 'The amount must be more than zero.' })
  const { firefly } = world
  const source = firefly.account(split.source_id)
  const destination = firefly.account(split.destination_id)
  if (!source) return invalid({ 'transactions.0.source_id': 'Could not find a valid source account.' })
  if (!destination) return invalid({ 'transactions.0.destination_id': 'Could not find a valid destination account.' })
  const refusal = pairRefusal(split.type, source, destination, split.source_id === split.destination_id)
  if (refusal !== undefined) return invalid({ 'transactions.0.type': refusal })
  // The whole split as JSON, so that one letter more makes another transaction.
  const hash = createHash('sha256').update(JSON.stringify(split)).digest('hex')
  const known = firefly.duplicateOf(hash)
  if (known !== undefined && parsed.data.error_if_duplicate_hash)
    return invalid({ 'transactions.0.description': `Duplicate of transaction #${known}.` })
  world.record({
    t: 'ff_journal',
    split: {
      type: split.type,
      date: split.date,
      amount: split.amount,
      description: split.description,
      sourceId: split.source_id,
      destinationId: split.destination_id,
      externalId: split.external_id ?? '',
      internalReference: split.internal_reference ?? '',
      tags: split.tags ?? [],
      notes: split.notes ?? '',
      hash,
    },
  })
  world.commit()
  return json({ data: shown(world, String(firefly.journals.length)) })
}

function pairRefusal(
  type: string,
  source: FireflyAccount,
  destination: FireflyAccount,
  same: boolean,
): string | undefined {
  if (same) return 'The source and destination account are the same.'
  if (typeOf[`${source.type}>${destination.type}`] !== type) return 'This type does not fit these accounts.'
  // Crossing currencies needs a foreign amount, which is not simulated.
  return source.currencyCode === destination.currencyCode ? undefined : 'The foreign amount is missing.'
}

/** The resource of a group that holds one journal. */
function shown(world: World, id: string): object {
  const split = world.firefly.journals[Number(id) - 1]
  return {
    type: 'transactions',
    id,
    attributes: {
      group_title: null,
      transactions: split && [
        {
          transaction_journal_id: id,
          type: split.type,
          date: split.date,
          amount: padded(split.amount),
          description: split.description,
          source_id: split.sourceId,
          destination_id: split.destinationId,
          currency_code: world.firefly.account(split.sourceId)?.currencyCode,
          external_id: split.externalId,
          internal_reference: split.internalReference,
          tags: split.tags,
          notes: split.notes,
          import_hash_v2: split.hash,
        },
      ],
    },
    links: { self: `/api/v1/transactions/${id}` },
  }
}

/** A DECIMAL(32,12) comes back with all its places. */
function padded(amount: string): string {
  const [whole = '0', fraction = ''] = amount.split('.')
  return `${whole}.${fraction.padEnd(12, '0')}`
}

/** `GET /v1/search/transactions`, for the one query that a mirror needs. */
export function searchTransactions(world: World, query: string): Answer {
  const match = /^external_id_is:"([^"]*)"$/.exec(query)
  const ids = match?.[1] === undefined ? [] : world.firefly.withExternalId(match[1])
  const data = ids.map((id) => shown(world, id))
  return json({
    data,
    meta: { pagination: { total: data.length, count: data.length, per_page: 50, current_page: 1, total_pages: 1 } },
  })
}

export function invalid(errors: Readonly<Record<string, string>>): Answer {
  const [message = 'The given data was invalid.'] = Object.values(errors)
  return json(
    { message, errors: Object.fromEntries(Object.entries(errors).map(([field, said]) => [field, [said]])) },
    422,
  )
}

export function firstIssue(error: z.ZodError): Record<string, string> {
  const [issue] = error.issues
  return { [issue?.path.map(String).join('.') ?? 'body']: issue?.message ?? 'The given data was invalid.' }
}
