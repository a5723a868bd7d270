import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { QuotePage } from '../../../ui/quote.tsx'

export const metadata: Metadata = { title: 'Quote' }

export default async function Page({ params }: { params: Promise<{ quoteId: string }> }): Promise<ReactNode> {
  const { quoteId } = await params
  return <QuotePage quoteId={quoteId} />
}
