import type { Delivery, Dossier, MarketplaceConfig, MoveRequest, OnliOperation, StateBodies } from '@species/contracts'
import { assert, unreachable } from '@species/kernel'

/** What Onli Cloud is asked for an event: one move, however many fills. `vaultOf` gives a user's vault. */
export function moveOf(
  dossier: StateBodies['funded'],
  config: MarketplaceConfig,
  vaultOf: (onliId: string) => string,
  nowMs: number,
): MoveRequest {
  const { event, intent, match, eventKey: key } = dossier
  const own = vaultOf(event.from)
  const { escrow, liquidityPool } = config.vaults
  const change = (fromVault: string, toVault: string): MoveRequest => ({
    kind: 'change_owner',
    key,
    fromVault,
    toVault,
    units: match.units,
    consentUntilMs: consentUntilMs(dossier, config, nowMs),
  })
  switch (intent) {
    case 'BUY_TREASURY':
      return { kind: 'issue', key, toVault: own, units: match.units }
    case 'BUY_MARKET':
    case 'DELIST':
      return change(escrow, own)
    case 'SELL_MARKET':
      return change(own, escrow)
    case 'TRANSFER': {
      assert(event.to !== undefined, 'a transfer names its receiver')
      return change(own, vaultOf(event.to))
    }
    case 'REDEEM':
      return change(own, liquidityPool)
    default:
      return unreachable(intent)
  }
}

/** Until when the owner may consent. A redemption holds money of the pool that others wait for, so its time is shorter. */
export function consentUntilMs(
  { intent }: Pick<Dossier, 'intent'>,
  { deadlines }: MarketplaceConfig,
  nowMs: number,
): number {
  return nowMs + (intent === 'REDEEM' ? deadlines.redeemConsentMs : deadlines.consentMs)
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
