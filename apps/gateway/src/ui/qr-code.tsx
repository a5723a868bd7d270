'use client'
import encodeQR from 'qr'
import { type ReactNode, useMemo } from 'react'

/** A QR code (ISO/IEC 18004) as one path. It is black on white also where everything else is dark: cameras want it so. */
export function QrCode({ text, label }: { text: string; label: string }): ReactNode {
  const { path, size } = useMemo(() => drawn(text), [text])
  return (
    <svg
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
      className="w-full max-w-56 rounded-lg bg-white"
    >
      <path d={path} fill="#000" />
    </svg>
  )
}

/** With the quiet zone of four modules that readers need. */
function drawn(text: string): { path: string; size: number } {
  const rows = encodeQR(text, 'raw', { border: 4, ecc: 'medium' })
  const path = rows.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : []))).join('')
  return { path, size: rows.length }
}
