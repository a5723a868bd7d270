import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { SignIn } from '../../ui/sign-in.tsx'

export const metadata: Metadata = { title: 'Sign in' }

export default function Page(): ReactNode {
  return <SignIn />
}
