import { formatUsdt, parseUsdt } from '@species/kernel'
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
 * Asks the doctor until all was looked at: a large marketplace takes several requests, each bounded in time. `onProgress` hears how many
 * rows were looked at so far, between two of them.
 */
export async function askDoctor(
  operator: Pick<Client, 'request'>,
  onProgress: (ledgerRows: number) => void = () => undefined,
): Promise<DoctorReport> {
  const breaches: string[] = []
  let [ledgerRows, vaults, micro] = [0, 0, 0n]
  let from: string | undefined
  for (;;) {
    const place = from === undefined ? '' : `?ledgerFrom=${encodeURIComponent(from)}`
    const part = (await operator.request('GET', `/admin/v1/doctor${place}`)).body as DoctorReport
    breaches.push(...part.breaches)
    ledgerRows += part.checked.ledgerRows
    vaults += part.checked.vaults
    const usdt = parseUsdt(part.checked.paymentsUsdt)
    if (usdt.ok) micro += usdt.value
    if (part.next === undefined)
      return {
        ...part,
        healthy: breaches.length === 0,
        breaches,
        checked: { vaults, paymentsUsdt: formatUsdt(micro), ledgerRows },
      }
    from = part.next
    onProgress(ledgerRows)
  }
}
