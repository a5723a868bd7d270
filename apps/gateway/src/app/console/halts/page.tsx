import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { HaltsPage } from '../../../ui/console/halts.tsx'

export const metadata: Metadata = { title: 'Kill switches' }

export default function Page(): ReactNode {
  return <HaltsPage />
}
