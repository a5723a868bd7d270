import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { Sell } from '../../ui/sell.tsx'

export const metadata: Metadata = { title: 'Sell' }

export default function Page(): ReactNode {
  return <Sell />
}
