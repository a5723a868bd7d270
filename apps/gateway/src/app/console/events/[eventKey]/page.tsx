import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { ConsoleEvent } from '../../../../ui/console/event.tsx'

export const metadata: Metadata = { title: 'Event' }

export default async function Page({ params }: { params: Promise<{ eventKey: string }> }): Promise<ReactNode> {
  const { eventKey } = await params
  return <ConsoleEvent eventKey={eventKey} />
}
