import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { Invite } from '../../ui/invite.tsx'

export const metadata: Metadata = { title: 'Come in' }

export default function Page(): ReactNode {
  return <Invite />
}
