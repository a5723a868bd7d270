import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { OperatorsPage } from '../../../ui/console/operators.tsx'

export const metadata: Metadata = { title: 'Operators' }

export default function Page(): ReactNode {
  return <OperatorsPage />
}
