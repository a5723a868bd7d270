import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { SearchPage } from '../../../ui/console/search.tsx'

export const metadata: Metadata = { title: 'Search' }

export default function Page(): ReactNode {
  return <SearchPage />
}
