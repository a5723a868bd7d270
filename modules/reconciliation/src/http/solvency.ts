import { type Endpoint, Problem, endpoint, json } from '@species/http'
import { formatUsdt, leafNode, sumTree } from '@species/kernel'
import { z } from 'zod'
import { findLeaf, findStatement, readPath } from '../adapters/solvency-rows.ts'
import type { ReconciliationDeps } from '../app/deps.ts'
import { sha256 } from '../app/publish-solvency.ts'

const query = z.object({ day: z.iso.date().optional().describe('UTC; the newest unless given') })
const statement = z.string().describe('the signed statement: a compact JWS of the type `species-solvency+jws`')
const usdt = z.string().describe('USDT')
const documentSchema = z.looseObject({
  day: z.string(),
  at: z.iso.datetime(),
  sandbox: z.boolean(),
  liabilities: z.strictObject({ usdt, leaves: z.int(), root: z.string().describe('SHA-256, hexadecimal') }),
  assets: z.strictObject({
    usdt,
    chains: z.array(
      z.strictObject({
        chain: z.string(),
        usdt,
        wallets: z.array(
          z.strictObject({ address: z.string(), usdt, position: z.number().describe('a block; on TRON a time in ms') }),
        ),
      }),
    ),
  }),
  covered: z.boolean().describe('the wallets hold what is owed, or more'),
})

export function solvencyEndpoints(deps: ReconciliationDeps): Endpoint[] {
  return [newest(deps), own(deps)]
}

function newest(deps: ReconciliationDeps): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: '/marketplace/v1/solvency',
      operationId: 'getSolvency',
      tag: 'Market',
      summary: 'What users are owed and what is there for it, signed each day',
      description:
        'The liabilities are the root of a Merkle sum tree over salted leaves, one for each user. Each user can check theirs: `GET /marketplace/v1/solvency/me`, and `species solvency verify` offline.',
      access: 'public',
      query,
      problems: ['not_found'],
      responses: {
        200: {
          description: 'The statement, signed and readable',
          schema: z.strictObject({ day: z.string(), statement, document: documentSchema }),
        },
      },
    },
    async (call) => {
      const found = await statementOf(deps, call.query.day)
      const [, payload = ''] = found.jws.split('.')
      const document: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString())
      return json(200, { day: found.day, statement: found.jws, document }, { 'cache-control': 'public, max-age=300' })
    },
  )
}

function own(deps: ReconciliationDeps): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: '/marketplace/v1/solvency/me',
      operationId: 'getOwnSolvency',
      tag: 'Users',
      summary: 'Your leaf of the day’s statement, with its path',
      description: 'Proves that what you are owed is in the sum. Kept for 31 days. Keep the salt to yourself.',
      access: 'read',
      query,
      problems: ['not_found'],
      responses: {
        200: {
          description: 'The leaf and the path; check it with `species solvency verify`',
          schema: z.strictObject({
            day: z.string(),
            onliId: z.string(),
            usdt,
            salt: z.string(),
            path: z.array(z.strictObject({ side: z.enum(['left', 'right']), digest: z.string(), usdt })),
            statement,
          }),
        },
      },
    },
    async (call) => {
      const { onliId } = call.principal
      const found = await statementOf(deps, call.query.day)
      const leaf = await findLeaf(deps.database, found.day, onliId)
      if (!leaf)
        throw new Problem('not_found', `Nothing was owed to you on ${found.day}, or it is longer ago than 31 days.`)
      const [[alone] = []] = sumTree([], sha256)
      const path = await readPath(deps.database, found.day, leaf.place, alone ?? leafNode(leaf, sha256))
      return json(
        200,
        {
          day: found.day,
          onliId,
          usdt: formatUsdt(leaf.amount),
          salt: Buffer.from(leaf.salt).toString('hex'),
          path: path.map(({ side, digest, sum }) => ({
            side,
            digest: Buffer.from(digest).toString('hex'),
            usdt: formatUsdt(sum),
          })),
          statement: found.jws,
        },
        { 'cache-control': 'private, no-store' },
      )
    },
  )
}

async function statementOf(
  { database }: ReconciliationDeps,
  day: string | undefined,
): Promise<{ day: string; jws: string }> {
  const found = await findStatement(database, day)
  if (!found)
    throw new Problem('not_found', 'There is no statement of that day. The first one comes within a day of the start.')
  return found
}
