import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { ConsolePayout } from '../../../../ui/console/payouts.tsx'

export const metadata: Metadata = { title: 'Payout' }

export default async function Page({ params }: { params: Promise<{ payoutId: string }> }): Promise<ReactNode> {
  const { payoutId } = await params
  return <ConsolePayout payoutId={payoutId} />
}
