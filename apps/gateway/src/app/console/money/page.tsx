import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { MoneyPage } from '../../../ui/console/money.tsx'

export const metadata: Metadata = { title: 'Unexplained money' }

export default function Page(): ReactNode {
  return <MoneyPage />
}
