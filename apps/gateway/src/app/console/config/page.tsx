import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { ConfigPage } from '../../../ui/console/config.tsx'

export const metadata: Metadata = { title: 'Configuration' }

export default function Page(): ReactNode {
  return <ConfigPage />
}
