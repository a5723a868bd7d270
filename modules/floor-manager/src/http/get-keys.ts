import { type Endpoint, endpoint, json } from '@species/http'
import { sharedFor } from '@species/platform'
import { publicKeys } from '../adapters/receipt-signer.ts'
import type { FloorManagerDeps } from '../app/deps.ts'

/** The public keys of receipts, so that anybody can verify one offline (RFC 7517). */
export function getKeys(deps: Pick<FloorManagerDeps, 'database'>): Endpoint {
  const keys = sharedFor(1_000, async () => await publicKeys(deps.database))
  return endpoint(
    {
      method: 'get',
      path: '/.well-known/jwks.json',
      tag: 'Receipts',
      summary: 'Public keys of receipts',
      access: 'public',
      always: true,
      responses: { 200: { description: 'A JWK set' } },
    },
    async () => json(200, { keys: await keys() }, { 'cache-control': 'public, max-age=300' }),
  )
}
