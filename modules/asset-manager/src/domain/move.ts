import type { Delivery, Dossier, MarketplaceConfig, MoveRequest, OnliOperation, StateBodies } from '@species/contracts'
import { type UnitsFrom, type UnitsTo, intentFacts } from '@species/contracts/intents'
import { assert, unreachable } from '@species/kernel'

/** What Onli Cloud is asked for an event: one move, however many fills. `vaultOf` gives a user's vault. */
export function moveOf(
  dossier: StateBodies['funded'],
  config: MarketplaceConfig,
  vaultOf: (onliId: string) => string,
  nowMs: number,
): MoveRequest {
  const { event, intent, match, eventKey: key } = dossier
  const { from, to } = intentFacts[intent].units
  const { units } = match
  const vaultAt = (place: Exclude<UnitsFrom | UnitsTo, 'supply'>): string => {
    switch (place) {
      case 'user':
        return vaultOf(event.from)
      case 'escrow':
        return config.vaults.escrow
      case 'pool':
        return config.vaults.liquidityPool
      case 'receiver':
        assert(event.to !== undefined, 'an event with a receiver names them')
        return vaultOf(event.to)
      default:
        return unreachable(place)
    }
  }
  if (from === 'supply') return { kind: 'issue', key, toVault: vaultAt(to), units }
  return {
    kind: 'change_owner',
    key,
    fromVault: vaultAt(from),
    toVault: vaultAt(to),
    units,
    consentUntilMs: consentUntilMs(dossier, config, nowMs),
  }
}

/** Until when the owner may consent. A redemption holds money of the pool that others wait for, so its time is shorter. */
export function consentUntilMs(
  { intent }: Pick<Dossier, 'intent'>,
  { deadlines }: MarketplaceConfig,
  nowMs: number,
): number {
  const holdsThePool = intent !== undefined && intentFacts[intent].money?.payer === 'pool'
  return nowMs + (holdsThePool ? deadlines.redeemConsentMs : deadlines.consentMs)
}

/** The delivery section of an operation that is done. */
export function deliveryOf(request: MoveRequest, operationId: string): Delivery {
  return {
    operationId,
    kind: request.kind,
    fromVault: request.kind === 'issue' ? 'issue' : request.fromVault,
    toVault: request.toVault,
    units: request.units,
  }
}

/** Whether a finished operation is the one that was asked for: the partner's word is not taken for it. */
export function isWhatWasAsked(operation: OnliOperation, request: MoveRequest): boolean {
  return (
    operation.toVault === request.toVault &&
    operation.units === request.units &&
    (request.kind === 'issue' || operation.fromVault === request.fromVault)
  )
}
