import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { UserPage } from '../../../../ui/console/users.tsx'

export const metadata: Metadata = { title: 'User' }

export default async function Page({ params }: { params: Promise<{ onliId: string }> }): Promise<ReactNode> {
  const { onliId } = await params
  return <UserPage onliId={onliId} />
}
