import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { Redeem } from '../../ui/send.tsx'

export const metadata: Metadata = { title: 'Redeem' }

export default function Page(): ReactNode {
  return <Redeem />
}
