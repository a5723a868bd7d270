import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { ListingPage } from '../../../ui/listing.tsx'

export const metadata: Metadata = { title: 'Listing' }

export default async function Page({ params }: { params: Promise<{ listingId: string }> }): Promise<ReactNode> {
  const { listingId } = await params
  return <ListingPage listingId={listingId} />
}
