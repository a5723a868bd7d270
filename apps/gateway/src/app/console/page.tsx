import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { OverviewPage } from '../../ui/console/overview.tsx'

export const metadata: Metadata = { title: 'Console' }

export default function Page(): ReactNode {
  return <OverviewPage />
}
