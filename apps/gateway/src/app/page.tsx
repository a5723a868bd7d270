import type { ReactNode } from 'react'
import { Home } from '../ui/home.tsx'

export default function Page(): ReactNode {
  return <Home />
}
