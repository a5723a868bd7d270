import type { ShownReceipt } from '@species/contracts'

/** A receipt as a person reads it. */
export function receiptInWords(given: Record<string, unknown>): string {
  const receipt = given as unknown as ShownReceipt
  const rows: [string, string | undefined][] = [
    ['Receipt', `${receipt.receiptId}${receipt.sandbox ? '   (sandbox: worth nothing)' : ''}`],
    ['Event', `${receipt.eventId} of ${receipt.owner}`],
    ['Status', receipt.status],
    ['Intent', receipt.lapsed === true ? `${receipt.intent ?? ''} (the listing's time was over)` : receipt.intent],
    ['Agent', agentInWords(receipt.agent)],
    ['Units', receipt.units && `${receipt.units} SPECIES`],
    ['Price', receipt.price && `${receipt.price.total} USDT + ${receipt.price.fee} fee`],
    ...(receipt.payments ?? []).map((payment): [string, string] => [
      'Paid',
      `${payment.amount} USDT on ${payment.chain}, ${payment.hash}#${payment.logIndex}`,
    ]),
    ['Paid from', receipt.paidFrom === 'credit' ? 'credit' : undefined],
    ['Credited', receipt.credited && `${receipt.credited} USDT stay as credit`],
    ...receipt.fills.map((fill): [string, string] => [
      'Fill',
      `${fill.units} at ${fill.unitPrice} from ${fill.seller} (${fill.listingId})`,
    ]),
    ['Listing', receipt.listingId],
    ...receipt.parties.flatMap((party): [string, string][] => [
      ...(party.species
        ? [[party.role, `${party.onliId}: ${party.species.start} → ${party.species.end} SPECIES`] as [string, string]]
        : []),
      ...(party.usdt
        ? [[party.role, `${party.onliId}: ${party.usdt.start} → ${party.usdt.end} USDT`] as [string, string]]
        : []),
    ]),
    [
      'Delivered',
      receipt.delivery &&
        `operation ${receipt.delivery.operationId}${betweenVaults(receipt.delivery.fromVault, receipt.delivery.toVault)}`,
    ],
    [
      'Oracle',
      receipt.oracle &&
        `${receipt.oracle.units} units belong to ${receipt.oracle.ownerVault ?? 'their new owner'} (word of the ${receipt.oracle.wordOf})`,
    ],
    ['Refused', receipt.refusal && `${receipt.refusal.code}: ${receipt.refusal.detail ?? receipt.refusal.title}`],
    ['Issued', receipt.issuedAt],
  ]
  const lines = rows.filter((row): row is [string, string] => row[1] !== undefined && row[1] !== '')
  return lines.map(([name, text]) => `  ${name.padEnd(10)} ${text}`).join('\n')
}

function agentInWords(agent: ShownReceipt['agent']): string | undefined {
  if (agent === undefined) return undefined
  return agent.mandateVersion === undefined ? agent.agentId : `${agent.agentId}, mandate ${agent.mandateVersion}`
}

/** That there is more under the signature than this reader is told. */
export function withheldInWords(withheld: number): string {
  const more = withheld === 1 ? '1 more field' : `${withheld} more fields`
  return `  The signature covers ${more}, which the other parties read.`
}

function betweenVaults(from: string | undefined, to: string | undefined): string {
  if (from === undefined) return to === undefined ? '' : `, to ${to}`
  return to === undefined ? `, from ${from}` : `, ${from} → ${to}`
}
