import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { EventPage } from '../../../ui/event.tsx'

export const metadata: Metadata = { title: 'Event' }

export default async function Page({ params }: { params: Promise<{ eventId: string }> }): Promise<ReactNode> {
  const { eventId } = await params
  return <EventPage eventId={eventId} />
}
