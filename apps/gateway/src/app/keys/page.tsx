import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { KeysPage } from '../../ui/keys.tsx'

export const metadata: Metadata = { title: 'Wallets and keys' }

export default function Page(): ReactNode {
  return <KeysPage />
}
