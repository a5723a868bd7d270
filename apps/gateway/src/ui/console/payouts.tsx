'use client'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { useAdmin } from '../../lib/admin.ts'
import { usdt, when } from '../../lib/format.ts'
import type { Payout } from '../../lib/payouts.ts'
import { payoutWords } from '../../lib/words.ts'
import { Groups } from '../groups.tsx'
import { Empty, Scroll } from '../states.tsx'
import { Action } from './action.tsx'
import { Facts, id } from './facts.tsx'
import { Answer, ConsolePage } from './frame.tsx'

interface OwnedPayout extends Payout {
  readonly owner: string
  readonly approvalHash: string
  readonly people?: number
}
interface WholeOwned extends OwnedPayout {
  readonly approvals: readonly { readonly person: string; readonly at: string }[]
  readonly attempt?: { readonly channel: string; readonly wallet: string; readonly by: string; readonly at: string }
  readonly hashes: readonly { readonly hash: string; readonly givenBy: string; readonly finding?: string }[]
  readonly history: readonly {
    readonly state: string
    readonly actor?: string
    readonly reason?: string
    readonly at: string
  }[]
}

export function ConsolePayouts(): ReactNode {
  const payouts = useAdmin<{ payouts: readonly OwnedPayout[] }>('/payouts')
  return (
    <ConsolePage title="Payouts">
      <Answer of={payouts} what="the payouts">
        {(data) =>
          data.payouts.length === 0 ? (
            <Empty>No payout waits. One appears here when a user asks for it.</Empty>
          ) : (
            <Scroll label="Payouts that have not ended">
              <table className="table">
                <thead>
                  <tr>
                    <th scope="col">Asked</th>
                    <th scope="col">User</th>
                    <th scope="col" className="number">
                      USDT
                    </th>
                    <th scope="col">Chain</th>
                    <th scope="col">State</th>
                    <th scope="col">
                      <span className="sr-only">Open</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {data.payouts.map((one) => (
                    <tr key={one.payoutId}>
                      <td>{when(one.requestedAt)}</td>
                      <td>{one.owner}</td>
                      <td className="number">{usdt(one.amount)}</td>
                      <td>{one.chain}</td>
                      <td>{payoutWords[one.state] ?? one.state}</td>
                      <td>
                        <Link
                          href={`/console/payouts/${one.payoutId}`}
                          prefetch={false}
                          className="link"
                          aria-label={`Open the payout of ${usdt(one.amount)} USDT to ${one.owner}`}
                        >
                          Open
                        </Link>
                      </td>
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

export function ConsolePayout({ payoutId }: { payoutId: string }): ReactNode {
  const payout = useAdmin<WholeOwned>(`/payouts/${payoutId}`, 2_000)
  return (
    <ConsolePage title="Payout">
      <Answer of={payout} what="the payout">
        {(one) => (
          <>
            <p className="text-2xl font-semibold">
              {usdt(one.amount)} USDT to {one.owner}
            </p>
            <p className="font-medium">{payoutWords[one.state] ?? one.state}</p>
            <div className="mt-3">
              <Facts
                rows={[
                  ['Payout', id(one.payoutId)],
                  [`Address on ${one.chain}`, <Groups key="a" text={one.address} />],
                  ['What you approve', id(one.approvalHash)],
                  ['Approved by', one.approvals.map(({ person, at }) => `${person}, ${when(at)}`).join('; ')],
                  ['People needed', one.people === undefined ? undefined : String(one.people)],
                  ['Reason', one.reason],
                  [
                    'Sent',
                    one.attempt &&
                      `by ${one.attempt.by} from ${one.attempt.wallet}, ${when(one.attempt.at)} (${one.attempt.channel})`,
                  ],
                  ...one.hashes.map(
                    ({ hash, givenBy, finding }) =>
                      [
                        'Transaction',
                        <span
                          key={hash}
                          className="id"
                        >{`${hash} (named by ${givenBy}${finding === undefined ? '' : `: ${finding}`})`}</span>,
                      ] as const,
                  ),
                ]}
              />
            </div>
            <Steps one={one} />
            <h2 className="mt-6">History</h2>
            <ol>
              {one.history.map((step, index) => (
                <li key={index} className="border-t border-line py-1.5">
                  {payoutWords[step.state] ?? step.state}{' '}
                  <span className="text-sm text-muted">
                    {when(step.at)}
                    {step.actor === undefined ? '' : `, ${step.actor}`}
                    {step.reason === undefined ? '' : `: ${step.reason}`}
                  </span>
                </li>
              ))}
            </ol>
          </>
        )}
      </Answer>
    </ConsolePage>
  )
}

/** All that can be done with a payout; the marketplace refuses what its state does not allow, and says so. */
function Steps({ one }: { one: WholeOwned }): ReactNode {
  const path = `/payouts/${one.payoutId}`
  return (
    <div className="mt-4">
      <Action
        label="Approve"
        reason="none"
        says={`You approve exactly this: ${usdt(one.amount)} USDT on ${one.chain} to this address, for ${one.owner}. Compare the address in full.`}
        call={() => ({ path: `${path}/approve`, body: { approvalHash: one.approvalHash } })}
      />
      <Action
        label="Send"
        reason="none"
        isRisk
        typed="send"
        says="It is sent once, for ever. In a sandbox at once; otherwise the page then says from which wallet you send it by hand."
        call={() => ({ path: `${path}/send`, body: {} })}
      />
      <Action
        label="Name the transaction"
        reason="none"
        value={{ label: 'Hash of the transaction that you sent' }}
        says="Name every transaction that you sent for this payout. The chain decides whether one proves it."
        call={({ value }) => ({ path: `${path}/hash`, body: { hash: value } })}
      />
      <Action
        label="Refuse"
        isRisk
        says="Its money is free again at once. The user reads your reason."
        call={({ reason }) => ({ path: `${path}/refuse`, body: { reason } })}
      />
      <Action
        label="Nothing was sent"
        isRisk
        typed="failed"
        says="Only where you know that no transaction pays it and none will. Two people say so; the money is free again."
        call={({ reason }) => ({ path: `${path}/fail`, body: { reason } })}
      />
    </div>
  )
}
