import { type Endpoint, Problem, endpoint, json } from '@species/http'
import { type Asset, formatQuantity } from '@species/kernel'
import { toTimestamp } from '@species/platform'
import { z } from 'zod'
import type { ReporterDeps } from '../app/deps.ts'
import { accountsOf } from './get-balance.ts'
import { fromCursor, toCursor } from './page.ts'

/** Accounts of one page for operators, and lines of one page for users. */
const mostAccounts = 1_000
const mostLines = 200
/** What was posted in the last moments may not be committed: a statement of this month ends before. */
const settledAfterMs = 60_000

const month = z
  .string()
  .regex(/^20\d{2}-(0[1-9]|1[0-2])$/, 'must be a month, as 2026-11')
  .describe('a month, UTC; this one until now')
const asset = z.enum(['USDT', 'SPECIES'])
const accountSchema = z.strictObject({
  account: z.string(),
  asset,
  opening: z.string(),
  in: z.string().describe('the sum of what came in'),
  out: z.string().describe('the sum of what went out'),
  entries: z.int(),
  closing: z.string(),
})
const period = { month: z.string(), from: z.iso.datetime(), to: z.iso.datetime().describe('not included') }

interface Period {
  readonly month: string
  readonly fromMs: number
  readonly toMs: number
}

/** The month, or as much of it as is over. The cursor of an earlier page keeps where it ends. */
function periodOf(asked: string, nowMs: number, endsMs: number | undefined): Period {
  const [year = 0, number = 1] = asked.split('-').map(Number)
  const fromMs = Date.UTC(year, number - 1)
  const toMs = Math.min(Date.UTC(year, number), endsMs ?? nowMs - settledAfterMs)
  if (toMs <= fromMs) throw new Problem('invalid_request', `${asked} has not begun.`)
  return { month: asked, fromMs, toMs }
}

const inWords = ({ month: name, fromMs, toMs }: Period): { month: string; from: string; to: string } => ({
  month: name,
  from: toTimestamp(fromMs),
  to: toTimestamp(toMs),
})

function viewOf(row: {
  account: string
  asset: Asset
  opening: bigint
  ins: bigint
  outs: bigint
  entries: number
  closing: bigint
}): z.infer<typeof accountSchema> {
  const words = (amount: bigint): string => formatQuantity(row.asset, amount)
  return {
    account: row.account,
    asset: row.asset,
    opening: words(row.opening),
    in: words(row.ins),
    out: words(row.outs),
    entries: row.entries,
    closing: words(row.closing),
  }
}

/** Every account over a month, page by page, with the trial balance at its end. */
export function getBooksStatement({ queries, clock }: Pick<ReporterDeps, 'queries' | 'clock'>): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: '/admin/v1/statement',
      operationId: 'getBooksStatement',
      tag: 'Operations',
      summary: 'Every account over a month: opening, movements, closing',
      description:
        'Credits are above zero, as in the ledger. The trial balance is of all accounts at the end of the month, and its two sides are equal in each asset.',
      access: 'operator',
      role: 'viewer',
      query: z.object({
        month,
        cursor: z.string().max(400).optional(),
        limit: z.coerce.number().int().min(1).max(mostAccounts).default(mostAccounts),
      }),
      problems: ['invalid_request'],
      responses: {
        200: {
          description: 'A page',
          schema: z.strictObject({
            ...period,
            accounts: z.array(accountSchema),
            trialBalance: z.array(
              z.strictObject({ asset, debits: z.string(), credits: z.string(), difference: z.string() }),
            ),
            nextCursor: z.string().optional(),
          }),
        },
      },
    },
    async ({ query }) => {
      const [ends, account, ofAsset] = fromCursor(query.cursor, [/^\d{1,15}$/, /^\S{1,200}$/, /^(USDT|SPECIES)$/]) ?? []
      const asked = periodOf(query.month, clock.now(), ends === undefined ? undefined : Number(ends))
      const rows = await queries.cashier.accountPeriods({
        ...asked,
        ...(account === undefined ? {} : { after: { account, asset: ofAsset as Asset } }),
        limit: query.limit + 1,
      })
      const shown = rows.slice(0, query.limit)
      const last = shown.at(-1)
      const trial = await queries.cashier.trialBalance(asked.toMs)
      return json(
        200,
        {
          ...inWords(asked),
          accounts: shown.map(viewOf),
          trialBalance: trial.map((row) => ({
            asset: row.asset,
            debits: formatQuantity(row.asset, row.debits),
            credits: formatQuantity(row.asset, row.credits),
            difference: formatQuantity(row.asset, row.credits - row.debits),
          })),
          ...(rows.length > shown.length && last
            ? { nextCursor: toCursor([asked.toMs.toString(), last.account, last.asset]) }
            : {}),
        },
        { 'cache-control': 'no-store' },
      )
    },
  )
}

const lineSchema = z.strictObject({
  at: z.iso.datetime(),
  transferId: z.string(),
  kind: z.string(),
  account: z.string(),
  asset,
  amount: z.string().describe('negative where it went out'),
  balanceAfter: z.string(),
})

/** A user's own accounts over a month, with every line, page by page. */
export function getOwnStatement({ queries, clock }: Pick<ReporterDeps, 'queries' | 'clock'>): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: '/marketplace/v1/statement',
      operationId: 'getStatement',
      tag: 'Users',
      summary: 'Your accounts over a month: opening, every line, closing',
      description: 'Oldest first. `payable` is what we owe you for sales, `receivable` what you owe us, below zero.',
      access: 'read',
      query: z.object({
        month,
        cursor: z.string().max(200).optional(),
        limit: z.coerce.number().int().min(1).max(mostLines).default(mostLines),
      }),
      problems: ['invalid_request'],
      responses: {
        200: {
          description: 'A page; the accounts are on each',
          schema: z.strictObject({
            ...period,
            onliId: z.string(),
            accounts: z.array(accountSchema),
            lines: z.array(lineSchema),
            nextCursor: z.string().optional(),
          }),
        },
      },
    },
    async ({ principal, query }) => {
      const [ends, seq = '0'] = fromCursor(query.cursor, [/^\d{1,15}$/, /^[0-8]?\d{1,18}$/]) ?? []
      const asked = periodOf(query.month, clock.now(), ends === undefined ? undefined : Number(ends))
      const accounts = accountsOf(principal.onliId)
      const rows = await queries.cashier.accountPeriods({ ...asked, accounts, limit: accounts.length * 2 })
      const lines = await queries.cashier.linesBetween({
        ...asked,
        accounts,
        afterSeq: BigInt(seq),
        limit: query.limit + 1,
      })
      const shown = lines.slice(0, query.limit)
      const last = shown.at(-1)
      return json(
        200,
        {
          ...inWords(asked),
          onliId: principal.onliId,
          accounts: rows.map(viewOf),
          lines: shown.map((line) => ({
            at: toTimestamp(line.atMs),
            transferId: line.transferId,
            kind: line.kind,
            account: line.account,
            asset: line.asset,
            amount: formatQuantity(line.asset, line.amount),
            balanceAfter: formatQuantity(line.asset, line.balanceAfter),
          })),
          ...(lines.length > shown.length && last
            ? { nextCursor: toCursor([asked.toMs.toString(), last.seq.toString()]) }
            : {}),
        },
        { 'cache-control': 'private, no-store' },
      )
    },
  )
}
