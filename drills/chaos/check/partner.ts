import type { Entry } from '../traffic/book.ts'

interface Operation {
  readonly id: string
  readonly idempotencyKey: string
  readonly amount: string
  readonly from: string
  readonly to: string
  readonly status: string
}

export interface PartnerView {
  readonly vaults: ReadonlyMap<string, bigint>
  /** What was really moved, by the event it was moved for. */
  readonly moved: ReadonlyMap<string, readonly Operation[]>
}

/** Vaults and operations as Onli Cloud, the sandbox's, has them. */
export async function lookAtPartner(sandboxUrl: string): Promise<PartnerView> {
  const { vaults } = (await read(`${sandboxUrl}/control/vaults`)) as { vaults: { vault: string; amount: string }[] }
  const { operations } = (await read(`${sandboxUrl}/control/operations`)) as { operations: Operation[] }
  return {
    vaults: new Map(vaults.map((one) => [one.vault, BigInt(one.amount)])),
    moved: Map.groupBy(
      operations.filter((one) => one.status === 'DONE'),
      (one) => one.idempotencyKey,
    ),
  }
}

/** Every completed event was delivered exactly once and as its receipt says; no failed one was; nothing else was moved. */
export function deliveryFindings(entries: readonly Entry[], { moved }: PartnerView): string[] {
  const found: string[] = []
  const known = new Set<string>()
  for (const { eventId, receipt } of entries) {
    if (!receipt) continue
    known.add(receipt.eventKey)
    const done = moved.get(receipt.eventKey) ?? []
    if (receipt.status === 'FAILED' && done.length > 0)
      found.push(`${eventId} failed, and Onli Cloud moved ${done[0]?.amount ?? ''} units for it`)
    if (receipt.status !== 'COMPLETED') continue
    const [first] = done
    if (!first || done.length !== 1) found.push(`${eventId} completed, and Onli Cloud moved units ${done.length} times`)
    else if (first.id !== receipt.delivery?.operationId || first.amount !== receipt.units)
      found.push(`${eventId}: the receipt names another operation or amount than Onli Cloud has`)
  }
  const unended = entries.filter((entry) => entry.acceptedAt !== undefined && !entry.receipt).length
  const strange = [...moved.keys()].filter((key) => !known.has(key)).length
  if (strange > unended) found.push(`Onli Cloud moved units ${strange} times for events that nobody knows`)
  return found
}

async function read(url: string): Promise<unknown> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(20_000) })
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`)
  return await answer.json()
}
