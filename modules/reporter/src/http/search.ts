import { chains, comparable, eventIdSchema, listingIdSchema, onliIdSchema } from '@species/contracts'
import { type Endpoint, endpoint, json } from '@species/http'
import { z } from 'zod'
import type { ReporterDeps, WholeQueries } from '../app/deps.ts'

const kinds = ['event', 'receipt', 'user', 'listing', 'payment', 'wallet', 'payout', 'deposit'] as const
const hitSchema = z.strictObject({
  kind: z.enum(kinds),
  id: z.string().describe('by which it is read'),
  eventKey: z.uuid().optional().describe('the event that it belongs to'),
  text: z.string().describe('what it is, in words'),
})
type Hit = z.infer<typeof hitSchema>

/** One question over everything that has an id. Whole ids are compared, so that no table is read through. */
export function searchEverything({ whole, clock }: Pick<ReporterDeps, 'whole' | 'clock'>): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: '/admin/v1/search',
      operationId: 'search',
      tag: 'Operations',
      summary: 'Find what has this id',
      description:
        'An event key, `owner/eventId`, a receipt, a user, a listing, the hash of a payment, a wallet, a payout or a deposit. Whole ids only.',
      access: 'operator',
      role: 'viewer',
      query: z.strictObject({ q: z.string().trim().min(3).max(200) }),
      problems: [],
      responses: {
        200: { description: 'What was found', schema: z.strictObject({ hits: z.array(hitSchema) }) },
      },
    },
    async ({ query: { q } }) => {
      const found = await Promise.all(finders.map((find) => find(whole, q, clock.now())))
      return json(200, { hits: found.flat() }, { 'cache-control': 'no-store' })
    },
  )
}

type Find = (whole: WholeQueries, q: string, nowMs: number) => Promise<Hit[]>

const finders: readonly Find[] = [byEventKey, byOwnerAndEvent, byReceipt, byUser, byListing, byHash, byWallet, byPrefix]

async function byEventKey({ marketplace }: WholeQueries, q: string): Promise<Hit[]> {
  if (!z.uuid().safeParse(q).success) return []
  const row = (await marketplace.eventsByKey([q.toLowerCase()])).get(q.toLowerCase())
  return row ? [eventHit(row)] : []
}

async function byOwnerAndEvent({ marketplace }: WholeQueries, q: string): Promise<Hit[]> {
  const [owner = '', eventId = '', ...more] = q.split(/[/\s]+/)
  if (more.length > 0 || !onliIdSchema.safeParse(owner).success || !eventIdSchema.safeParse(eventId).success) return []
  const row = await marketplace.eventByOwner(owner, eventId)
  return row ? [eventHit(row)] : []
}

function eventHit(row: { eventKey: string; eventId: string; owner: string; ended: string | undefined }): Hit {
  const { eventKey, eventId, owner, ended } = row
  return { kind: 'event', id: eventKey, eventKey, text: `event ${eventId} of ${owner}, ${ended ?? 'under way'}` }
}

async function byReceipt({ floorManager }: WholeQueries, q: string): Promise<Hit[]> {
  if (!q.startsWith('rcp.')) return []
  const found = await floorManager.receipt(q)
  if (!found) return []
  const { receiptId, eventKey, owner, state } = found
  return [{ kind: 'receipt', id: receiptId, eventKey, text: `receipt of ${owner}, ${state}` }]
}

async function byUser({ authenticator }: WholeQueries, q: string): Promise<Hit[]> {
  if (!onliIdSchema.safeParse(q).success) return []
  const found = (await authenticator.standings([q])).get(q)
  return found ? [{ kind: 'user', id: q, text: `user ${q}, ${found.status}` }] : []
}

async function byListing({ matching }: WholeQueries, q: string): Promise<Hit[]> {
  if (!listingIdSchema.safeParse(q).success) return []
  const found = await matching.listing(q)
  return found ? [{ kind: 'listing', id: q, text: `listing of ${found.seller}, ${found.status}` }] : []
}

async function byHash({ validator }: WholeQueries, q: string): Promise<Hit[]> {
  if (!/^(?:0x)?[0-9a-f]{64}$/i.test(q)) return []
  return (await validator.paymentsOf({ hash: q.toLowerCase() })).map((one) => ({
    kind: 'payment' as const,
    id: one.hash,
    ...(one.eventKey === undefined ? {} : { eventKey: one.eventKey }),
    text: `payment on ${one.chain}, claimed${one.payer === undefined ? '' : ` for ${one.payer}`}`,
  }))
}

async function byWallet({ authenticator }: WholeQueries, q: string, nowMs: number): Promise<Hit[]> {
  if (!/^[A-Za-z0-9]{20,64}$/.test(q)) return []
  const found = await Promise.all(
    chains.map(async (chain) => {
      const address = comparable(chain, q)
      return (await authenticator.walletOwners(chain, [address], nowMs)).get(address)
    }),
  )
  const owners = [...new Set(found.flatMap((one) => one?.onliId ?? []))]
  return owners.map((onliId) => ({ kind: 'wallet' as const, id: onliId, text: `wallet of ${onliId}` }))
}

/** Ids that say by their form what they are; the page of each says whether it is there. */
function byPrefix(_whole: WholeQueries, q: string): Promise<Hit[]> {
  const kind = /^pay_[0-9a-f]{32}$/.test(q) ? 'payout' : /^dep_[0-9a-f]{32}$/.test(q) ? 'deposit' : undefined
  return Promise.resolve(kind === undefined ? [] : [{ kind, id: q, text: `${kind} ${q}` }])
}
