import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { UsersPage } from '../../../ui/console/users.tsx'

export const metadata: Metadata = { title: 'Users' }

export default function Page(): ReactNode {
  return <UsersPage />
}
