import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { Transfer } from '../../ui/send.tsx'

export const metadata: Metadata = { title: 'Transfer' }

export default function Page(): ReactNode {
  return <Transfer />
}
