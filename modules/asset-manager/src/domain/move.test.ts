import type { Intent } from '@species/contracts'
import { describe, expect, it } from 'vitest'
import { config, consentMs, fundedBody, redeemConsentMs } from '../test-world.ts'
import { deliveryOf, moveOf } from './move.ts'

const vaultOf = (onliId: string): string => `vault-${onliId}`

// One move an event: from whose vault to whose.
const rows: readonly [Intent, string, string][] = [
  ['BUY_TREASURY', 'issue', 'vault-alice'],
  ['BUY_MARKET', 'vault-escrow', 'vault-alice'],
  ['SELL_MARKET', 'vault-alice', 'vault-escrow'],
  ['DELIST', 'vault-escrow', 'vault-alice'],
  ['TRANSFER', 'vault-alice', 'vault-bob'],
  ['REDEEM', 'vault-alice', 'vault-pool'],
]

describe('the move of an event', () => {
  it.each(rows)('%s goes from %s to %s', (intent, from, to) => {
    const dossier = fundedBody(1, intent)
    const request = moveOf(dossier, config, vaultOf, 1_000)
    const { fromVault, toVault, units } = deliveryOf(request, 'op')
    expect([fromVault, toVault, units, request.key]).toEqual([from, to, 5n, dossier.eventKey])
    if (request.kind === 'change_owner')
      expect(request.consentUntilMs).toBe(1_000 + (intent === 'REDEEM' ? redeemConsentMs : consentMs))
  })

  it('moves what was matched, not what was asked for', () => {
    const dossier = fundedBody(1, 'BUY_MARKET')
    expect(moveOf({ ...dossier, match: { ...dossier.match, units: 3n } }, config, vaultOf, 0).units).toBe(3n)
  })
})
