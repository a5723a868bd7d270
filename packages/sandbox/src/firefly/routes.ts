import { type Context, Hono } from 'hono'
import { z } from 'zod'
import type { FaultBoard } from '../faults/board.ts'
import type { Answer, Bindings, HttpPartner } from '../http/answer.ts'
import { answerCall, json, send } from '../http/answer.ts'
import type { World } from '../state/world.ts'
import { FireflyBook } from './book.ts'
import { lieAsFirefly } from './lies.ts'
import { firstIssue, invalid, searchTransactions, storeTransaction } from './transactions.ts'

export interface FireflyDeps {
  readonly world: World
  readonly board: FaultBoard
  readonly closing: AbortSignal
  /** Undefined = any token that is not empty. */
  readonly token: string | undefined
}

const perPage = 50

/** Firefly III's `/api/v1`, as far as a mirror of a ledger needs it. */
export function fireflyRoutes(deps: FireflyDeps): Hono<Bindings> {
  const { world } = deps
  const partner: HttpPartner = {
    name: 'firefly',
    board: deps.board,
    closing: deps.closing,
    errorBody: (status) => ({ message: `Simulated failure ${String(status)}`, exception: 'SimulatedException' }),
    lie: lieAsFirefly,
    duplicate: (answer) => answer,
  }
  const routes = new Hono<Bindings>()
  // Where the same request arrives twice, the caller gets the answer to the second.
  const answer = (context: Context<Bindings>, operation: string, produce: () => Answer): Promise<Response> =>
    answerCall(context, { ...partner, duplicate: produce }, operation, produce)
  const withBody = async (
    context: Context<Bindings>,
    operation: string,
    produce: (body: unknown) => Answer,
  ): Promise<Response> => {
    const text = await context.req.text()
    return await answer(context, operation, () => {
      try {
        return produce(JSON.parse(text))
      } catch {
        return json({ message: 'Malformed JSON.', exception: 'BadRequestHttpException' }, 400)
      }
    })
  }

  routes.use('/api/v1/*', async (context, next) => {
    const token = /^Bearer (.+)$/.exec(context.req.header('authorization') ?? '')?.[1]
    if (token === undefined || (deps.token !== undefined && token !== deps.token))
      return send(context, json({ message: 'Unauthenticated.', exception: 'AuthenticationException' }, 401))
    // Without this header the real one answers HTML, or redirects.
    if (!/application\/(vnd\.api\+)?json/.test(context.req.header('accept') ?? ''))
      return send(context, {
        is: 'raw',
        status: 200,
        contentType: 'text/html',
        text: '<!doctype html><title>Firefly III</title>',
      })
    await next()
    return undefined
  })
  routes.get('/api/v1/about', (context) =>
    answer(context, 'about', () => json({ data: { version: '6.6.2', api_version: '6.6.2', os: 'Linux' } })),
  )
  routes.get('/api/v1/currencies/:code', (context) =>
    answer(context, 'currency', () => {
      const currency = world.firefly.currencies.get(context.req.param('code'))
      return currency ? json({ data: currencyShown(currency) }) : notFound()
    }),
  )
  routes.post('/api/v1/currencies', (context) => withBody(context, 'currency', (body) => storeCurrency(world, body)))
  routes.get('/api/v1/accounts', (context) => answer(context, 'account', () => accountList(world, context.req.query())))
  routes.get('/api/v1/accounts/:id', (context) =>
    answer(context, 'account', () => {
      const id = context.req.param('id')
      return world.firefly.account(id) ? json({ data: accountShown(world, id) }) : notFound()
    }),
  )
  routes.post('/api/v1/accounts', (context) => withBody(context, 'account', (body) => storeAccount(world, body)))
  routes.get('/api/v1/search/transactions', (context) =>
    answer(context, 'search', () => searchTransactions(world, context.req.query('query') ?? '')),
  )
  routes.post('/api/v1/transactions', (context) =>
    withBody(context, 'transaction', (body) => storeTransaction(world, body)),
  )
  routes.all('*', (context) => send(context, notFound()))
  return routes
}

function notFound(): Answer {
  return json({ message: 'Resource not found', exception: 'NotFoundHttpException' }, 404)
}

const currencyBody = z.object({
  code: z.string().min(3).max(32),
  name: z.string().min(1),
  symbol: z.string().min(1),
  decimal_places: z.int().min(0).max(12),
  enabled: z.boolean().optional(),
})

function storeCurrency(world: World, body: unknown): Answer {
  const parsed = currencyBody.safeParse(body)
  if (!parsed.success) return invalid(firstIssue(parsed.error))
  const { code, name, symbol, decimal_places } = parsed.data
  if (world.firefly.currencies.has(code)) return invalid({ code: 'The code has already been taken.' })
  const currency = { code, name, symbol, decimalPlaces: decimal_places }
  world.record({ t: 'ff_currency', currency })
  world.commit()
  return json({ data: currencyShown(currency) })
}

function currencyShown({
  code,
  name,
  symbol,
  decimalPlaces,
}: {
  code: string
  name: string
  symbol: string
  decimalPlaces: number
}): object {
  return {
    type: 'currencies',
    id: code,
    attributes: { enabled: true, code, name, symbol, decimal_places: decimalPlaces },
  }
}

const accountBody = z
  .object({
    name: z.string().min(1).max(1_024),
    type: z.enum(['asset', 'liability', 'liabilities']),
    account_role: z.enum(['defaultAsset', 'sharedAsset', 'savingAsset', 'ccAsset', 'cashWalletAsset']).optional(),
    liability_type: z.enum(['loan', 'debt', 'mortgage']).optional(),
    liability_direction: z.enum(['credit', 'debit']).optional(),
    interest: z.string().optional(),
    interest_period: z.enum(['weekly', 'monthly', 'quarterly', 'half-year', 'yearly']).optional(),
    currency_code: z.string(),
  })
  .superRefine((account, context) => {
    const needed =
      account.type === 'asset'
        ? (['account_role'] as const)
        : (['liability_type', 'liability_direction', 'interest', 'interest_period'] as const)
    for (const field of needed)
      if (account[field] === undefined)
        context.addIssue({ code: 'custom', path: [field], message: `The ${field} field is required.` })
  })

function storeAccount(world: World, body: unknown): Answer {
  const parsed = accountBody.safeParse(body)
  if (!parsed.success) return invalid(firstIssue(parsed.error))
  const { name, type, currency_code: currencyCode } = parsed.data
  if (!world.firefly.currencies.has(currencyCode))
    return invalid({ currency_code: 'The selected currency code is invalid.' })
  const kind = type === 'asset' ? 'asset' : 'liabilities'
  if (world.firefly.accounts.some((one) => one.name === name && one.type === kind))
    return invalid({ name: 'This account name is already in use.' })
  world.record({ t: 'ff_account', account: { name, type: kind, currencyCode } })
  world.commit()
  return json({ data: accountShown(world, String(world.firefly.accounts.length)) })
}

function accountShown(world: World, id: string): object {
  const { firefly } = world
  const account = firefly.account(id)
  const decimals = firefly.currencies.get(account?.currencyCode ?? '')?.decimalPlaces ?? 0
  return {
    type: 'accounts',
    id,
    attributes: {
      name: account?.name,
      type: account?.type,
      currency_code: account?.currencyCode,
      current_balance: FireflyBook.shown(firefly.balance(id), decimals),
    },
  }
}

function accountList(world: World, { type, page = '1' }: Record<string, string>): Answer {
  const wanted = world.firefly.accounts
    .map((account, place) => ({ account, id: String(place + 1) }))
    .filter(({ account }) => type === undefined || type === 'all' || account.type.startsWith(type.slice(0, 5)))
  const at = Math.max(1, Number(page) || 1)
  const data = wanted.slice((at - 1) * perPage, at * perPage).map(({ id }) => accountShown(world, id))
  const pages = Math.max(1, Math.ceil(wanted.length / perPage))
  return json({
    data,
    meta: {
      pagination: { total: wanted.length, count: data.length, per_page: perPage, current_page: at, total_pages: pages },
    },
  })
}
