import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { PasskeysPage } from '../../ui/passkeys.tsx'

export const metadata: Metadata = { title: 'Passkeys' }

export default function Page(): ReactNode {
  return <PasskeysPage />
}
