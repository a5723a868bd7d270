'use client'
import type { ReactNode } from 'react'
import { useAdmin } from '../../lib/admin.ts'
import { when } from '../../lib/format.ts'
import { Action } from './action.tsx'
import { Facts } from './facts.tsx'
import { Answer, ConsolePage } from './frame.tsx'

interface Operator {
  readonly operatorId: string
  readonly name: string
  readonly role: string
  readonly status: 'active' | 'suspended'
  readonly createdBy: string
  readonly createdAt: string
  readonly keys: readonly { readonly keyId: string; readonly expiresAt?: string; readonly revokedAt?: string }[]
}

const roles = 'viewer, operator, treasurer or admin'

export function OperatorsPage(): ReactNode {
  const operators = useAdmin<{ operators: readonly Operator[] }>('/operators', 15_000)
  return (
    <ConsolePage title="Operators">
      <Answer of={operators} what="the operators">
        {(data) => (
          <ul className="grid gap-4">
            {data.operators.map((one) => (
              <OneOperator key={one.operatorId} one={one} />
            ))}
          </ul>
        )}
      </Answer>
    </ConsolePage>
  )
}

function OneOperator({ one }: { one: Operator }): ReactNode {
  const path = `/operators/${one.operatorId}`
  const [to, label] = one.status === 'active' ? (['suspended', 'Suspend'] as const) : (['active', 'Reinstate'] as const)
  return (
    <li className="card">
      <p className="text-lg font-semibold">{one.name}</p>
      <Facts
        rows={[
          ['Id', one.operatorId],
          ['Role', one.role],
          ['Status', one.status],
          ['Added', `${when(one.createdAt)} by ${one.createdBy}`],
          ['Keys in use', String(one.keys.filter(({ revokedAt }) => revokedAt === undefined).length)],
        ]}
      />
      <Action
        label={label}
        isRisk={to === 'suspended'}
        says={
          to === 'suspended'
            ? 'None of their keys works any more, and what they proposed cannot be approved.'
            : 'Their keys work again. It takes two admins.'
        }
        call={({ reason }) => ({ path, body: { status: to, reason } })}
      />
      <Action
        label="Change the role"
        value={{ label: 'Role', help: roles }}
        says="It takes two admins."
        call={({ value, reason }) => ({ path, body: { role: value, reason } })}
      />
    </li>
  )
}
