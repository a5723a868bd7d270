import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { PayoutPage } from '../../../ui/payout.tsx'

export const metadata: Metadata = { title: 'Withdrawal' }

export default async function Page({ params }: { params: Promise<{ payoutId: string }> }): Promise<ReactNode> {
  const { payoutId } = await params
  return <PayoutPage payoutId={payoutId} />
}
