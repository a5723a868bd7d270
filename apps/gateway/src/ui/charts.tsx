'use client'
import type { ReactNode } from 'react'
import { clockTime, grouped, usdt, when } from '../lib/format.ts'
import type { Book, Candle } from '../lib/market.ts'

/** Bars may be drawn by rounded numbers: the exact ones stand beside them. */
const size = (text: string): number => Number(text)

export function Depth({ levels }: { levels: Book['levels'] }): ReactNode {
  const most = Math.max(...levels.map((level) => size(level.units)))
  return (
    <table className="table mt-2">
      <thead>
        <tr>
          <th scope="col" className="number">
            USDT for one
          </th>
          <th scope="col" className="number">
            Units
          </th>
          <th scope="col" className="w-1/2">
            <span className="sr-only">Share of the largest</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {levels.map((level) => (
          <tr key={level.unitPrice}>
            <td className="number">{usdt(level.unitPrice)}</td>
            <td className="number">{grouped(level.units)}</td>
            <td aria-hidden="true">
              <svg viewBox="0 0 100 12" preserveAspectRatio="none" className="h-3 w-full">
                <rect
                  width={Math.max(1, (100 * size(level.units)) / most)}
                  height="12"
                  rx="2"
                  className="fill-accent"
                />
              </svg>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

const width = 400
const height = 160

/** A line through the last prices with a band from the lowest to the highest of each time. */
export function PriceChart({ candles }: { candles: readonly Candle[] }): ReactNode {
  const first = candles[0]
  const last = candles.at(-1)
  if (!first || !last) return undefined
  const low = Math.min(...candles.map((one) => size(one.low)))
  const high = Math.max(...candles.map((one) => size(one.high)))
  const span = high - low || high || 1
  const floor = high === low ? low - span / 2 : low
  const x = (index: number): number => (candles.length === 1 ? width / 2 : (index * width) / (candles.length - 1))
  const y = (price: string): number => height - 8 - ((size(price) - floor) / span) * (height - 16)
  const line = candles.map((one, index) => `${x(index)},${y(one.close)}`).join(' ')
  return (
    <figure className="mt-3">
      <svg viewBox={`0 0 ${width} ${height}`} className="h-40 w-full" role="img" aria-labelledby="price-words">
        {candles.map((one, index) => (
          <line
            key={one.from}
            x1={x(index)}
            x2={x(index)}
            y1={y(one.high)}
            y2={y(one.low)}
            className="stroke-line-strong"
            strokeWidth="1.5"
          />
        ))}
        <polyline points={line} fill="none" className="stroke-accent" strokeWidth="2" strokeLinejoin="round" />
        {candles.length < 40
          ? candles.map((one, index) => (
              <circle key={one.from} cx={x(index)} cy={y(one.close)} r="3" className="fill-accent" />
            ))
          : undefined}
      </svg>
      <figcaption id="price-words" className="mt-1 text-sm text-muted">
        Last {usdt(last.close)} USDT at {clockTime(last.from)};{' '}
        {candles.length === 1 ? 'one time with trades' : `${candles.length} times with trades`} since {when(first.from)}
        , between {usdt(minOf(candles))} and {usdt(maxOf(candles))} USDT. Times without a trade are left out.
      </figcaption>
    </figure>
  )
}

function minOf(candles: readonly Candle[]): string {
  return candles.reduce((best, one) => (size(one.low) < size(best) ? one.low : best), candles[0]?.low ?? '0')
}

function maxOf(candles: readonly Candle[]): string {
  return candles.reduce((best, one) => (size(one.high) > size(best) ? one.high : best), candles[0]?.high ?? '0')
}
