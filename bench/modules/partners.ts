import type { AssetLedger, MoveOutcome, MoveRequest, OnliOperation, OperationRef } from '@species/contracts'
import { no, notYet, yes } from '@species/kernel'

/** Onli Cloud inside this process: it answers at once and always, so that what is measured is the modules. */
export function createInstantOnli(startUnits: (vault: string) => bigint): AssetLedger {
  const units = new Map<string, bigint>()
  const operations = new Map<string, OnliOperation>()
  const unitsOf = (vault: string): bigint => units.get(vault) ?? startUnits(vault)

  const move = (request: MoveRequest): MoveOutcome => {
    const known = operations.get(request.key)
    if (known) return yes(known)
    const fromVault = request.kind === 'issue' ? 'issue' : request.fromVault
    if (request.kind === 'change_owner') {
      if (unitsOf(fromVault) < request.units) return no('delivery_refused', `${fromVault} has too few units`)
      units.set(fromVault, unitsOf(fromVault) - request.units)
    }
    const { toVault } = request
    units.set(toVault, unitsOf(toVault) + request.units)
    const operation: OnliOperation = {
      operationId: `op-${request.key}`,
      fromVault,
      toVault,
      units: request.units,
      ownerVault: toVault,
    }
    operations.set(request.key, operation)
    return yes(operation)
  }
  const find = ({ key }: OperationRef): MoveOutcome => {
    const known = operations.get(key)
    return known ? yes(known) : notYet('not_found')
  }
  return {
    honoursIdempotencyKeys: true,
    move: (requests) => Promise.resolve(requests.map(move)),
    cancel: (refs) => Promise.resolve(refs.map(find)),
    verify: (refs) => Promise.resolve(refs.map(find)),
    balances: (vaults) => Promise.resolve(vaults.map((vault) => yes(unitsOf(vault)))),
    createVaults: (vaults) => Promise.resolve(vaults.map(() => yes(true))),
  }
}
