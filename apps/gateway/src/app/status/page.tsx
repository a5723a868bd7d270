import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { Status } from '../../ui/status.tsx'

export const metadata: Metadata = { title: 'Status' }

export default function Page(): ReactNode {
  return <Status />
}
