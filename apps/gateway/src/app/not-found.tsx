import Link from 'next/link'
import type { ReactNode } from 'react'

export default function NotFound(): ReactNode {
  return (
    <>
      <h1>There is nothing here</h1>
      <p className="mt-2">
        The address is wrong, or what it named is gone.{' '}
        <Link href="/" prefetch={false} className="link">
          Go to the market
        </Link>
      </p>
    </>
  )
}
