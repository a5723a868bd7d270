import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { ReviewsPage } from '../../../ui/console/reviews.tsx'

export const metadata: Metadata = { title: 'Reviews' }

export default function Page(): ReactNode {
  return <ReviewsPage />
}
