'use client'
import type { ReactNode } from 'react'
import { grouped, usdt, when } from '../lib/format.ts'
import { useTrades } from '../lib/market.ts'
import { AsOf, Empty, Loading, Problem, Scroll } from './states.tsx'

const sources = { treasury: 'treasury', market: 'another owner' } as const

export function LastTrades(): ReactNode {
  const { data, error, refetch } = useTrades()
  if (error && !data) return <Problem error={error} retry={() => void refetch()} />
  if (!data) return <Loading what="the last trades" />
  if (data.trades.length === 0)
    return (
      <Empty href="/buy" action="Be the first to buy">
        Nothing has been traded yet.
      </Empty>
    )
  return (
    <>
      <Scroll label="The last trades">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">When</th>
              <th scope="col" className="number">
                Units
              </th>
              <th scope="col" className="number">
                USDT for one
              </th>
              <th scope="col">From</th>
            </tr>
          </thead>
          <tbody>
            {data.trades.map((trade, index) => (
              <tr key={`${trade.at} ${index}`}>
                <td>{when(trade.at)}</td>
                <td className="number">{grouped(trade.units)}</td>
                <td className="number">{usdt(trade.unitPrice)}</td>
                <td>{sources[trade.source]}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <AsOf at={data.asOf} />
    </>
  )
}
