'use client'
import type { ReactNode } from 'react'
import { useAdmin } from '../../lib/admin.ts'
import { when } from '../../lib/format.ts'
import { Empty } from '../states.tsx'
import { Action } from './action.tsx'
import { Facts, id } from './facts.tsx'
import { Answer, ConsolePage } from './frame.tsx'

interface Letter {
  readonly consumer: string
  readonly key: string
  readonly topic: string
  readonly cause: string
  readonly attempts: number
  readonly parkedAtMs: number
}

export function DeadLettersPage(): ReactNode {
  const letters = useAdmin<{ deadLetters: readonly Letter[] }>('/dead-letters')
  return (
    <ConsolePage title="Dead letters">
      <Answer of={letters} what="the dead letters">
        {(data) =>
          data.deadLetters.length === 0 ? (
            <Empty>No message failed for good.</Empty>
          ) : (
            <ul className="grid gap-4">
              {data.deadLetters.map((one) => (
                <li key={`${one.consumer} ${one.key}`} className="card">
                  <p className="font-semibold break-words">{one.cause}</p>
                  <div className="mt-2">
                    <Facts
                      rows={[
                        ['Consumer', id(one.consumer)],
                        ['Topic', id(one.topic)],
                        ['Key', id(one.key)],
                        ['Attempts', String(one.attempts)],
                        ['Parked', when(one.parkedAtMs)],
                      ]}
                    />
                  </div>
                  <Action
                    label="Send it again"
                    reason="none"
                    says="Its cause should be mended before. If it fails again it returns to this list; it is never lost."
                    call={() => ({ path: '/dead-letters/retry', body: { consumer: one.consumer, key: one.key } })}
                  />
                </li>
              ))}
            </ul>
          )
        }
      </Answer>
    </ConsolePage>
  )
}
