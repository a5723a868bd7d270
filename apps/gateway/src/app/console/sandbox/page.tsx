import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { SandboxPage } from '../../../ui/console/sandbox.tsx'

export const metadata: Metadata = { title: 'Sandbox' }

export default function Page(): ReactNode {
  return <SandboxPage />
}
