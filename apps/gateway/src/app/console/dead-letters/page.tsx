import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { DeadLettersPage } from '../../../ui/console/dead-letters.tsx'

export const metadata: Metadata = { title: 'Dead letters' }

export default function Page(): ReactNode {
  return <DeadLettersPage />
}
