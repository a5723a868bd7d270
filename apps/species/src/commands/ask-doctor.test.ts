import type { Client } from '@species/sdk'
import { expect, it } from 'vitest'
import { askDoctor } from './ask-doctor.ts'

const part = (more: object): object => ({ healthy: false, breaches: [], inFlight: [], openReviews: [], ...more })

it('goes on where an answer stopped, tells how far it is, and is healthy only if every part was', async () => {
  for (const breaches of [[], ['a transfer has no entries']]) {
    const asked: string[] = []
    const answers = [
      part({ breaches, next: 'entries:{"a":"é&?"}', checked: { vaults: 2, paymentsUsdt: '1.50', ledgerRows: 40 } }),
      part({ healthy: true, checked: { vaults: 3, paymentsUsdt: '7.00', ledgerRows: 2 } }),
    ]
    const request = async (_method: string, path: string): Promise<{ body: unknown }> => {
      asked.push(path)
      return { body: answers[asked.length - 1] }
    }
    const progress: number[] = []
    const report = await askDoctor({ request } as unknown as Client, (rows) => progress.push(rows))
    expect(new URL(asked[1] ?? '', 'http://x').searchParams.get('ledgerFrom')).toBe('entries:{"a":"é&?"}')
    expect([asked[0], progress]).toEqual(['/admin/v1/doctor', [40]])
    expect(report).toMatchObject({
      healthy: breaches.length === 0,
      breaches,
      checked: { vaults: 5, paymentsUsdt: '8.500000', ledgerRows: 42 },
    })
  }
})
