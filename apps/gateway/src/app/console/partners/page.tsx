import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { PartnersPage } from '../../../ui/console/partners.tsx'

export const metadata: Metadata = { title: 'Partners' }

export default function Page(): ReactNode {
  return <PartnersPage />
}
