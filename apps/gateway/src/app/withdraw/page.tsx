import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { Withdraw } from '../../ui/withdraw.tsx'

export const metadata: Metadata = { title: 'Withdraw' }

export default function Page(): ReactNode {
  return <Withdraw />
}
