'use client'
import type { ReactNode } from 'react'
import { useAdmin } from '../../lib/admin.ts'
import { when } from '../../lib/format.ts'
import { Empty, Scroll } from '../states.tsx'
import { Answer, ConsolePage } from './frame.tsx'

interface Partner {
  readonly breaker: string
  readonly state: 'closed' | 'open' | 'half_open'
  readonly since: string
  readonly latencyMs?: number
  readonly answeredAt?: string
  readonly waiting: number
}

const stateWords = { closed: 'works', open: 'cut off', half_open: 'is tried again' } as const
const tones = { closed: 'text-good', open: 'text-bad', half_open: 'text-warn' } as const

export function PartnersPage(): ReactNode {
  const partners = useAdmin<{ partners: readonly Partner[] }>('/partners', 2_000)
  return (
    <ConsolePage title="Partners">
      <p className="mb-3 text-muted">As the process that answers sees them. Each process has breakers of its own.</p>
      <Answer of={partners} what="the partners">
        {(data) =>
          data.partners.length === 0 ? (
            <Empty>No partner was asked yet.</Empty>
          ) : (
            <Scroll label="Partners">
              <table className="table">
                <thead>
                  <tr>
                    <th scope="col">Partner</th>
                    <th scope="col">State</th>
                    <th scope="col">Since</th>
                    <th scope="col">Last answer</th>
                    <th scope="col" className="number">
                      It took
                    </th>
                    <th scope="col" className="number">
                      Waiting calls
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {data.partners.map((one) => (
                    <tr key={one.breaker}>
                      <td>{one.breaker}</td>
                      <td className={tones[one.state]}>{stateWords[one.state]}</td>
                      <td>{when(one.since)}</td>
                      <td>{one.answeredAt === undefined ? 'none yet' : when(one.answeredAt)}</td>
                      <td className="number">{one.latencyMs === undefined ? '' : `${one.latencyMs} ms`}</td>
                      <td className="number">{one.waiting}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </Scroll>
          )
        }
      </Answer>
    </ConsolePage>
  )
}
