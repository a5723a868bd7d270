import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { AuditPage } from '../../../ui/console/audit.tsx'

export const metadata: Metadata = { title: 'Audit log' }

export default function Page(): ReactNode {
  return <AuditPage />
}
