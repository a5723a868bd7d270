import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { BookPage } from '../../ui/book.tsx'

export const metadata: Metadata = { title: 'Market' }

export default function Page(): ReactNode {
  return <BookPage />
}
