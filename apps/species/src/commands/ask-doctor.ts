import type { Client } from '@species/sdk'

export interface DoctorReport {
  readonly healthy: boolean
  readonly breaches: readonly string[]
  readonly inFlight: readonly { eventId: string; owner: string; acceptedAt: string }[]
  readonly openReviews: readonly { eventKey: string; reason: string }[]
  readonly checked: { vaults: number; paymentsUsdt: string; ledgerRows: number }
  readonly next?: string
}

/**
 * Asks the doctor until all was looked at: a large ledger takes several requests, each bounded in time. `onProgress` hears how many
 * rows of the ledger were looked at so far, between two of them.
 */
export async function askDoctor(
  operator: Pick<Client, 'request'>,
  onProgress: (ledgerRows: number) => void = () => undefined,
): Promise<DoctorReport> {
  const breaches: string[] = []
  let ledgerRows = 0
  let from: string | undefined
  for (;;) {
    const place = from === undefined ? '' : `?ledgerFrom=${encodeURIComponent(from)}`
    const part = (await operator.request('GET', `/admin/v1/doctor${place}`)).body as DoctorReport
    breaches.push(...part.breaches)
    // A process of an older version counts none, and answers at once for everything.
    ledgerRows += (part.checked as Partial<DoctorReport['checked']>).ledgerRows ?? 0
    if (part.next === undefined)
      return { ...part, healthy: breaches.length === 0, breaches, checked: { ...part.checked, ledgerRows } }
    from = part.next
    onProgress(ledgerRows)
  }
}
