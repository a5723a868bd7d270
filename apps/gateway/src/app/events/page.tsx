import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { Activity } from '../../ui/events.tsx'

export const metadata: Metadata = { title: 'Activity' }

export default function Page(): ReactNode {
  return <Activity />
}
