import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { ReceiptPage } from '../../../ui/receipt.tsx'

export const metadata: Metadata = { title: 'Receipt' }

export default async function Page({ params }: { params: Promise<{ id: string }> }): Promise<ReactNode> {
  const { id } = await params
  return <ReceiptPage id={id} />
}
