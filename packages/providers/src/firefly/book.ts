import type { BookAccount, BookEntry, BookPort } from '@species/contracts'
import { type Asset, type Outcome, assetScale, formatQuantity, no, unknown, yes } from '@species/kernel'
import { Secret, toTimestamp } from '@species/platform'
import { type Observers, observed, watched } from '../observed.ts'
import { type JsonAnswer, readJson } from '../read-json.ts'
import { createGuard } from '../resilience.ts'
import {
  accountListSchema,
  accountSchema,
  balanceIn,
  duplicateOf,
  isDefinite,
  refusalIn,
  searchSchema,
  transactionSchema,
} from './shapes.ts'

export interface FireflyOptions extends Observers {
  /** What stands before `/api/v1`. */
  readonly baseUrl: string
  /** A personal access token. Making currencies needs one of the owner. */
  readonly token: Secret
  readonly timeoutMs: number
}

/** Pages of accounts that are read at most: far more than the accounts that a mirror has. */
const mostPages = 20
const currencies: Readonly<Record<Asset, { name: string; symbol: string }>> = {
  USDT: { name: 'Tether USD', symbol: '₮' },
  SPECIES: { name: 'SPECIES', symbol: 'SPECIES' },
}

/**
 * The book in Firefly III (API 6.6.2). Rules and webhooks are turned off with each entry, because their defaults are on and a rule may
 * change or delete what it matches. `external_id` is not unique there: its guard is a hash over the whole entry.
 */
export function createFireflyBook(options: FireflyOptions): BookPort {
  const guard = createGuard({
    timeoutMs: options.timeoutMs,
    atOnce: 4,
    tries: 1,
    ...watched(options, 'firefly'),
  })
  const root = `${options.baseUrl.replace(/\/$/, '')}/api/v1`
  const headers = { authorization: new Secret(`Bearer ${options.token.reveal()}`) }
  const ask = (path: string, body?: object): Promise<JsonAnswer> =>
    guard((signal) => readJson(`${root}${path}`, { ...(body ? { method: 'POST', body } : {}), headers, signal }))
  const asked = <T>(call: string, run: () => Promise<Outcome<T>>): Promise<Outcome<T>> =>
    observed(options.metrics, 'firefly', call, async () => {
      try {
        return await run()
      } catch (error) {
        return unknown(error instanceof Error ? `Firefly III: ${error.message}` : 'Firefly III gave no answer')
      }
    })

  return {
    ensureCurrency: (asset) => asked('currency', () => ensureCurrency(ask, asset)),
    ensureAccount: (account) => asked('account', () => ensureAccount(ask, account)),
    find: (externalId) => asked('search', () => find(ask, externalId)),
    post: (entry) => asked('transaction', () => post(ask, entry)),
    balance: (accountId, asset) =>
      asked('balance', async () => {
        const { status, body } = await ask(`/accounts/${encodeURIComponent(accountId)}`)
        if (status !== 200) return strange(status)
        const balance = balanceIn(body, accountId, asset)
        return balance === undefined ? unknown('Firefly III’s answer has not the form of a balance') : yes(balance)
      }),
  }
}

type AskFirefly = (path: string, body?: object) => Promise<JsonAnswer>

function strange(status: number): Outcome<never> {
  return unknown(
    status === 401 ? 'Firefly III does not accept the token' : `Firefly III answered HTTP ${String(status)}`,
  )
}

async function ensureCurrency(ask: AskFirefly, asset: Asset): Promise<Outcome<true>> {
  const { status } = await ask(`/currencies/${asset}`)
  if (status === 200) return yes(true)
  if (status !== 404) return strange(status)
  const made = await ask('/currencies', {
    code: asset,
    ...currencies[asset],
    decimal_places: assetScale[asset],
    enabled: true,
  })
  if (made.status === 200) return yes(true)
  return made.status === 422
    ? unknown(`Firefly III does not make the currency ${asset}: ${refusalIn(made.body)}`)
    : strange(made.status)
}

async function ensureAccount(ask: AskFirefly, account: BookAccount): Promise<Outcome<string>> {
  const type = account.type === 'asset' ? 'asset' : 'liabilities'
  for (let page = 1; page <= mostPages; page++) {
    const { status, body } = await ask(`/accounts?type=${type}&limit=100&page=${String(page)}`)
    if (status !== 200) return strange(status)
    const parsed = accountListSchema.safeParse(body)
    if (!parsed.success) return unknown('Firefly III’s answer has not the form of a list of accounts')
    const found = parsed.data.data.find(({ attributes }) => attributes.name === account.name)
    if (found)
      return found.attributes.currency_code === account.asset
        ? yes(found.id)
        : unknown(`the account “${account.name}” in Firefly III does not hold ${account.asset}`)
    if (page >= parsed.data.meta.pagination.total_pages) return await makeAccount(ask, account)
  }
  return unknown('Firefly III has too many accounts to look through')
}

async function makeAccount(ask: AskFirefly, account: BookAccount): Promise<Outcome<string>> {
  const kind =
    account.type === 'asset'
      ? { type: 'asset', account_role: 'defaultAsset' }
      : // `debit`: we owe it.
        {
          type: 'liability',
          liability_type: 'debt',
          liability_direction: 'debit',
          interest: '0',
          interest_period: 'yearly',
        }
  const { status, body } = await ask('/accounts', { name: account.name, currency_code: account.asset, ...kind })
  if (status === 422) return unknown(`Firefly III does not make “${account.name}”: ${refusalIn(body)}`)
  if (status !== 200) return strange(status)
  const parsed = accountSchema.safeParse(body)
  return parsed.success && parsed.data.data.attributes.name === account.name
    ? yes(parsed.data.data.id)
    : unknown('Firefly III’s answer has not the form of an account')
}

async function find(ask: AskFirefly, externalId: string): Promise<Outcome<string | undefined>> {
  const query = new URLSearchParams({ query: `external_id_is:"${externalId}"` })
  const { status, body } = await ask(`/search/transactions?${query.toString()}`)
  if (status !== 200) return strange(status)
  const parsed = searchSchema.safeParse(body)
  if (!parsed.success) return unknown('Firefly III’s answer has not the form of a list of transactions')
  const { data } = parsed.data
  const found = data.find(({ attributes }) => attributes.transactions.some((one) => one.external_id === externalId))
  // A search that answers with something else has not looked for this.
  if (!found && data.length > 0) return unknown('Firefly III answered with other transactions')
  return yes(found?.id)
}

async function post(ask: AskFirefly, entry: BookEntry): Promise<Outcome<string>> {
  const { status, body } = await ask('/transactions', {
    error_if_duplicate_hash: true,
    apply_rules: false,
    fire_webhooks: false,
    group_title: null,
    transactions: [
      {
        type: entry.type,
        date: toTimestamp(entry.atMs),
        amount: formatQuantity(entry.asset, entry.amount),
        currency_code: entry.asset,
        description: entry.description,
        source_id: entry.sourceId,
        destination_id: entry.destinationId,
        external_id: entry.externalId,
        internal_reference: entry.reference,
        tags: entry.tags,
        notes: entry.notes,
      },
    ],
  })
  if (status === 422) {
    const duplicate = duplicateOf(body)
    if (duplicate === undefined)
      return isDefinite(body)
        ? no('invalid_request', `Firefly III: ${refusalIn(body)}`)
        : unknown(`Firefly III failed by itself: ${refusalIn(body)}`)
    // The number is a journal's, and what is kept is the group's.
    const found = await find(ask, entry.externalId)
    if (found.kind !== 'yes') return found
    return found.value === undefined
      ? unknown(`Firefly III has an entry like this one (#${duplicate}) and does not show it`)
      : yes(found.value)
  }
  if (status !== 200) return strange(status)
  const parsed = transactionSchema.safeParse(body)
  if (!parsed.success) return unknown('Firefly III’s answer has not the form of a transaction')
  return parsed.data.data.attributes.transactions.some((one) => one.external_id === entry.externalId)
    ? yes(parsed.data.data.id)
    : unknown('Firefly III answered with another transaction')
}
