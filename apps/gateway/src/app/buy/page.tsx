import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { Buy } from '../../ui/buy.tsx'

export const metadata: Metadata = { title: 'Buy' }

export default function Page(): ReactNode {
  return <Buy />
}
