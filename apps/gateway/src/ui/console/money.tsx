'use client'
import type { ReactNode } from 'react'
import { useAdmin } from '../../lib/admin.ts'
import { usdt, when } from '../../lib/format.ts'
import { Empty } from '../states.tsx'
import { Action } from './action.tsx'
import { Facts, id } from './facts.tsx'
import { Answer, ConsolePage } from './frame.tsx'

interface Deposit {
  readonly depositId: string
  readonly chain: string
  readonly hash: string
  readonly from: string
  readonly to: string
  readonly amount: string
  readonly status: string
  readonly minedAt: string
  readonly finalAt?: string
  readonly explained?: string
}

export function MoneyPage(): ReactNode {
  const deposits = useAdmin<{ deposits: readonly Deposit[]; cursor?: string }>('/deposits?unexplained=true')
  return (
    <ConsolePage title="Unexplained money">
      <p className="mb-4 max-w-2xl text-muted">
        It came in at an address of the marketplace, and no event, quote or payout has claimed it.
      </p>
      <Answer of={deposits} what="the deposits">
        {(data) =>
          data.deposits.length === 0 ? (
            <Empty>All money that came in is explained.</Empty>
          ) : (
            <>
              <ul className="grid gap-4">
                {data.deposits.map((one) => (
                  <OneDeposit key={one.depositId} one={one} />
                ))}
              </ul>
              {data.cursor === undefined ? undefined : (
                <p className="mt-3 text-muted">There is more. Decide these first.</p>
              )}
            </>
          )
        }
      </Answer>
    </ConsolePage>
  )
}

function OneDeposit({ one }: { one: Deposit }): ReactNode {
  const path = `/deposits/${one.depositId}`
  return (
    <li className="card">
      <p className="text-lg font-semibold">
        {usdt(one.amount)} USDT on {one.chain}
      </p>
      <div className="mt-2">
        <Facts
          rows={[
            ['Deposit', id(one.depositId)],
            ['From', id(one.from)],
            ['To', id(one.to)],
            ['Transaction', id(one.hash)],
            ['In a block', when(one.minedAt)],
            ['Final', one.finalAt === undefined ? 'not yet' : when(one.finalAt)],
            [
              'Booked',
              one.explained === 'suspense'
                ? 'in suspense: it can be decided'
                : 'not yet: it can be decided in some minutes',
            ],
          ]}
        />
      </div>
      <Action
        label="Assign to a user"
        value={{ label: 'User', help: 'Their Onli id. You must know that the money is theirs.' }}
        says={`${usdt(one.amount)} USDT become their credit, once and for ever.`}
        call={({ value, reason }) => ({ path: `${path}/assign`, body: { onliId: value, reason } })}
      />
      <Action
        label="Keep as income"
        isRisk
        says="It moves to the fees, and no event can claim it any more."
        call={({ reason }) => ({ path: `${path}/keep`, body: { reason } })}
      />
    </li>
  )
}
