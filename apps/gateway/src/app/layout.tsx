import type { Metadata, Viewport } from 'next'
import { connection } from 'next/server'
import type { ReactNode } from 'react'
import { words } from '../lib/words.ts'
import { Shell } from '../ui/shell.tsx'
import './globals.css'

export const metadata: Metadata = {
  title: { default: words.name, template: `%s · ${words.name}` },
  description: words.description,
}
export const viewport: Viewport = { colorScheme: 'light dark' }

/** Rendered anew for each request: its scripts carry the nonce of that request. Nothing private is known here. */
export default async function Layout({ children }: { children: ReactNode }): Promise<ReactNode> {
  await connection()
  return (
    <html lang="en">
      <body className="font-sans antialiased">
        <Shell>{children}</Shell>
      </body>
    </html>
  )
}
