import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { ProposalsPage } from '../../../ui/console/proposals.tsx'

export const metadata: Metadata = { title: 'Proposals' }

export default function Page(): ReactNode {
  return <ProposalsPage />
}
