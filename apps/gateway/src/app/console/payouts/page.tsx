import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { ConsolePayouts } from '../../../ui/console/payouts.tsx'

export const metadata: Metadata = { title: 'Payouts' }

export default function Page(): ReactNode {
  return <ConsolePayouts />
}
