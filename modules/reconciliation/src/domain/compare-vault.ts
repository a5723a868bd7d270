import type { InFlight } from '@species/contracts'

/** An account of the ledger with the vault it mirrors, as both stand. */
export interface Mirrored {
  readonly account: string
  readonly vault: string
  readonly units: bigint
  readonly version: bigint
}

/**
 * How far a vault may be from the ledger because of events in flight: each may or may not have moved its units already, and
 * the ledger follows when it settles.
 */
function expectedRange(account: string, inFlight: readonly InFlight[]): { least: bigint; most: bigint } {
  let least = 0n
  let most = 0n
  for (const event of inFlight) {
    const delta = event.lines.reduce(
      (sum, line) => (line.account === account && line.asset === 'SPECIES' ? sum + line.amount : sum),
      0n,
    )
    if (delta < 0n) least += delta
    else most += delta
  }
  return { least, most }
}

/** Whether what a vault holds is what the ledger says, give or take the events in flight. */
export function isExplained(mirrored: Mirrored, vaultUnits: bigint, inFlight: readonly InFlight[]): boolean {
  const { least, most } = expectedRange(mirrored.account, inFlight)
  const difference = vaultUnits - mirrored.units
  return difference >= least && difference <= most
}
